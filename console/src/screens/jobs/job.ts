// A job: an import, a bulk update, an export. The document leaves its counts and settings open.
import { api } from '../../api/client';
import { outcome, type Outcome } from '../../api/outcome';

export interface Job {
  id: string;
  kind: string;
  name: string;
  state: string;
  started_by: string;
  created_at: string;
  ended_at?: string | null;
  expires_at?: string | null;
  counts: Record<string, number>;
  percent?: number | null;
  seconds_left?: number | null;
  problem?: Record<string, unknown> | null;
  settings: Record<string, unknown>;
  file?: Record<string, unknown> | null;
}
/** The jobs that have the same routes under different names. */
export type JobRoute = 'updates' | 'exports';

export const ended = (job: Job) => ['completed', 'failed', 'cancelled'].includes(job.state);

/** The job that this one undoes. */
export function undone(job: Job): string | null {
  const undo = job.settings.undo as { job?: string } | undefined;
  return undo?.job ?? null;
}

export function readJob(db: string, route: JobRoute, id: string): Promise<Outcome<Job>> {
  const where = { params: { path: { db, id } } };
  return outcome<Job>(
    route === 'updates'
      ? api.GET('/v1/databases/{db}/updates/{id}', where)
      : api.GET('/v1/databases/{db}/exports/{id}', where),
  );
}

export function steer(
  db: string,
  route: JobRoute,
  id: string,
  act: 'pause' | 'resume' | 'cancel',
): Promise<Outcome<Job>> {
  const where = { params: { path: { db, id } } };
  return outcome<Job>(api.POST(`/v1/databases/{db}/${route}/{id}/${act}`, where));
}

/** Who was not changed as asked: one line of the report. */
export interface ReportLine {
  outcome: string;
  profile: string;
  code: string;
  place: string;
  reason: string;
}

export function reportLines(rows: string[][]): ReportLine[] {
  return rows.slice(1).map((row) => ({
    outcome: row[0] ?? '',
    profile: row[1] ?? '',
    code: row[2] ?? '',
    place: row[3] ?? '',
    reason: row[4] ?? '',
  }));
}

/** How many lines there are of each reason, the most first. */
export function byReason(lines: readonly ReportLine[]): [string, number][] {
  const sums = new Map<string, number>();
  for (const line of lines) sums.set(line.code, (sums.get(line.code) ?? 0) + 1);
  return [...sums].sort((a, b) => b[1] - a[1]);
}
