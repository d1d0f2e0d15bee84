// An import and its preview. The document leaves the settings and the problem of a job untyped, the
// cells of a preview, and where a column goes.
import type { components } from '../../api/schema';

type Schemas = components['schemas'];
export const counted = ['created', 'updated', 'unchanged', 'skipped', 'failed'] as const;
export type Counts = Schemas['JobCounts'];
export type Settings = Schemas['StartImport'];
export type Failure = Schemas['FailedRow'];
export type Import = Omit<Schemas['Job'], 'settings' | 'problem'> & {
  settings: Settings;
  problem?: { code?: string; detail?: string } | null;
};

export type Target = 'ignore' | Record<string, unknown> | (Record<string, unknown> | 'ignore')[];
export type Proposal = Omit<Schemas['ColumnProposal'], 'to'> & { to: Target };
export type Preview = Omit<Schemas['ImportPreview'], 'rows' | 'proposals'> & {
  rows: string[][];
  proposals: { columns: Proposal[]; settings: Settings };
};

export const ended = (job: Import) => ['completed', 'failed', 'cancelled'].includes(job.state);
export const dry = (job: Import) => job.settings.dry_run === true;
