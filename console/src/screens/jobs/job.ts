// A job: an import, a bulk update, an export. The document leaves its settings and its problem untyped.
import { api } from '../../api/client';
import { outcome, type Outcome } from '../../api/outcome';
import type { components } from '../../api/schema';

type Schemas = components['schemas'];
export type JobCounts = Schemas['JobCounts'];
export type Job = Omit<Schemas['Job'], 'settings' | 'problem'> & {
  settings: Record<string, unknown>;
  problem?: Record<string, unknown> | null;
  /** Of an export alone. */
  file?: Schemas['MadeFile'] | null;
};
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
