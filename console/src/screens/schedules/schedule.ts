// A schedule and its runs as the screens read them. The document has the plan, source and settings of
// an answer as objects without members.
import type { Problem, WrongValue } from '../../api/outcome';
import type { components } from '../../api/schema';
import type { Plan } from './plan';

export type Auth = components['schemas']['ScheduleAuth'];
export type Run = components['schemas']['ScheduleRun'];
export type Schedule = Omit<
  components['schemas']['Schedule'],
  'plan' | 'source' | 'settings' | 'watermark'
> & {
  plan: Plan;
  source: ShownFile | ShownRows;
  settings: Record<string, unknown>;
  /** The latest that a completed run has met, as the database writes it. */
  watermark?: string | number | null;
};
export interface ShownFile {
  url: string;
  headers: Record<string, string>;
  auth: Auth | null;
  secret_set: boolean;
}
/** Rows of a database of others. */
export interface ShownRows {
  connector: string;
  table?: string;
  query?: string;
  key: string | null;
  watermark: string | null;
  page_rows: number;
}
export const ofRows = (source: ShownFile | ShownRows): source is ShownRows => 'connector' in source;

/** What is typed of a source: of a file, and of rows. What is typed of the one that isn't chosen stays. */
export interface Source {
  kind: 'file' | 'rows';
  rows: RowsChoice;
  url: string;
  headers: { name: string; value: string }[];
  /** `none`, or how the secret is sent. */
  auth: 'none' | Auth['type'];
  /** Who logs in, or the header's name. */
  who: string;
  /** What is typed; empty leaves the one that is there. */
  secret: string;
}
export interface RowsChoice {
  /** Its id; empty while none is chosen. */
  connector: string;
  by: 'table' | 'query';
  table: string;
  query: string;
  /** Columns; empty for none. */
  key: string;
  watermark: string;
}
export interface ScheduleSettings {
  name: string;
  plan: Plan;
  source: Source;
  skip_unchanged: boolean;
  /** Said of one change, and not kept. */
  run_on_save: boolean;
  settings: Record<string, unknown>;
}

/** What stands in the place of a value that is never shown. */
export const HIDDEN = '***';

const noFile = { url: '', headers: [], auth: 'none', who: '', secret: '' } as const;
const noRows: RowsChoice = {
  connector: '',
  by: 'table',
  table: '',
  query: '',
  key: '',
  watermark: '',
};

export function settingsOf(schedule: Schedule): ScheduleSettings {
  const { name, plan, skip_unchanged, settings, source } = schedule;
  return { name, plan, skip_unchanged, run_on_save: false, settings, source: chosen(source) };
}

function chosen(source: Schedule['source']): Source {
  if (ofRows(source))
    return {
      ...noFile,
      headers: [],
      kind: 'rows',
      rows: {
        connector: source.connector,
        by: source.query === undefined ? 'table' : 'query',
        table: source.table ?? '',
        query: source.query ?? '',
        key: source.key ?? '',
        watermark: source.watermark ?? '',
      },
    };
  const { auth } = source;
  return {
    kind: 'file',
    rows: { ...noRows },
    url: source.url,
    headers: Object.entries(source.headers ?? {}).map(([name, value]) => ({ name, value })),
    auth: auth?.type ?? 'none',
    who: auth?.type === 'basic' ? auth.user : auth?.type === 'header' ? auth.name : '',
    secret: '',
  };
}

export function fresh(zone: string): ScheduleSettings {
  return {
    name: '',
    plan: { cron: '0 6 * * *', time_zone: zone },
    source: { ...noFile, headers: [], kind: 'file', rows: { ...noRows } },
    skip_unchanged: true,
    run_on_save: false,
    settings: {},
  };
}

function authOf(source: Source): Auth | null {
  if (source.auth === 'none') return null;
  if (source.auth === 'basic') return { type: 'basic', user: source.who };
  return source.auth === 'header' ? { type: 'header', name: source.who } : { type: 'bearer' };
}

/** The source as the API takes it, over what was there before. */
export function sourceOf(source: Source, before?: Source) {
  if (source.kind === 'rows') return rowsOf(source.rows);
  return fileOf(source, before?.kind === 'file' ? before : undefined);
}

/** Rows as the API takes them; how many are asked for at once stays as it is. */
export function rowsOf({ connector, by, table, query, key, watermark }: RowsChoice) {
  return {
    connector,
    ...(by === 'table' ? { table: table.trim() } : { query: query.trim() }),
    key: key.trim() || null,
    watermark: watermark.trim() || null,
  };
}

/** Which rows are meant, whatever their order: the same ones have the same columns. */
export const sameRows = (one: Source, other: Source) => {
  const place = ({ kind, rows }: Source) => {
    return JSON.stringify([kind, rowsOf({ ...rows, key: '', watermark: '' })]);
  };
  return place(one) === place(other);
};

/** Headers that are gone are said to be gone, and a secret that nobody typed stays as it is. */
function fileOf(source: Source, before?: Source) {
  const headers: Record<string, string | null> = {};
  for (const { name } of before?.headers ?? []) headers[name] = null;
  for (const { name, value } of source.headers) if (name.trim()) headers[name.trim()] = value;
  const auth = authOf(source);
  return {
    url: source.url.trim(),
    headers,
    auth,
    ...(source.secret
      ? { secret: source.secret }
      : auth || !before || before.auth === 'none'
        ? {}
        : { secret: null }),
  };
}

/** What is missing before it can be sent; of rows that nobody has seen, `unseen` says so. */
export function missing(settings: ScheduleSettings, unseen: string): Problem | null {
  const { source } = settings;
  const empty = Object.keys(settings.settings).length === 0;
  const errors = [
    ...(source.kind === 'rows' ? emptyRows(source.rows) : []),
    ...(!empty
      ? []
      : source.kind === 'rows'
        ? [{ pointer: '/settings', code: 'unseen', detail: unseen }]
        : [{ pointer: '/settings', code: 'empty', detail: '' }]),
  ];
  return errors.length ? refusal(errors) : null;
}

/** The same of rows that are to be looked at. */
export function missingRows(rows: RowsChoice): Problem | null {
  const errors = emptyRows(rows);
  return errors.length ? refusal(errors) : null;
}

const emptyRows = (rows: RowsChoice): WrongValue[] =>
  (['connector', rows.by] as const)
    .filter((name) => !rows[name].trim())
    .map((name) => ({ pointer: `/source/${name}`, code: 'empty', detail: '' }));

const refusal = (errors: WrongValue[]): Problem => ({
  code: 'validation_failed',
  status: 422,
  title: '',
  detail: '',
  errors,
});

export const active = (run: Run) => ['waiting', 'fetching', 'importing'].includes(run.state);
