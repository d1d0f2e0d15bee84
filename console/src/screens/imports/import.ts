// An import and its preview. The document leaves the settings and the problem of a job untyped, the
// cells of a preview, and where a column goes.
import type { Outcome } from '../../api/outcome';
import type { components } from '../../api/schema';

type Schemas = components['schemas'];
export const counted = ['created', 'updated', 'unchanged', 'skipped', 'failed'] as const;
export type Counts = Schemas['JobCounts'];
export type Settings = Schemas['StartImport'];
/** Which column goes where. */
export type Rules = Extract<NonNullable<Settings['mapping']>, unknown[]>;
export type Failure = Schemas['FailedRow'];
export type Import = Omit<Schemas['Job'], 'settings' | 'problem'> & {
  settings: Settings;
  problem?: { code?: string; detail?: string } | null;
};

export type Target = 'ignore' | Record<string, unknown> | (Record<string, unknown> | 'ignore')[];
export type Proposal = Omit<Schemas['ColumnProposal'], 'to'> & { to: Target };
export type Preview = Omit<Schemas['ImportPreview'], 'rows' | 'proposals'> & {
  rows: string[][];
  /** The rows are records, whose columns have names and no places. */
  records: boolean;
  proposals: { columns: Proposal[]; settings: Settings };
};

/** The answer to a look. Rows that are records, as those of JSON, are shown in cells, too. */
export function previewOf(answer: Outcome<Schemas['ImportPreview']>): Outcome<Preview> {
  if (!answer.ok) return answer;
  const preview = answer.data as unknown as Preview;
  const records = preview.rows.some((row: unknown) => !Array.isArray(row));
  return { ...answer, data: { ...preview, records, rows: cellsOf(preview.columns, preview.rows) } };
}

export function cellsOf(columns: string[], rows: unknown[]): string[][] {
  return rows.map((row) =>
    Array.isArray(row)
      ? (row as string[])
      : columns.map((column) => cellOf((row as Record<string, unknown> | null)?.[column])),
  );
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export const ended = (job: Import) => ['completed', 'failed', 'cancelled'].includes(job.state);
export const dry = (job: Import) => job.settings.dry_run === true;
