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
