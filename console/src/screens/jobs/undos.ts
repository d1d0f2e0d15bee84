// The latest undoing of a job. The API has no way from a job to it, so the list of updates is looked through.
import { api } from '../../api/client';
import { outcome } from '../../api/outcome';
import { session } from '../../app/session.svelte';
import { undone, type Job, type JobCounts } from './job';

/** So many updates are looked through: an undoing is found at once where it was begun lately. */
const LOOKED = 200;

export async function undoOf(db: string, id: string): Promise<Job | null> {
  if (!session.may('imports:read')) return null;
  const answer = await outcome(
    api.GET('/v1/databases/{db}/updates', {
      params: { path: { db }, query: { limit: LOOKED } },
    }),
  );
  if (!answer.ok) return null;
  return answer.data.items.find((job: Job) => undone(job) === id) ?? null;
}

/** What is worth showing of an undoing; people are made and deleted by some only. */
export function undoCounts(job: Job): (keyof JobCounts)[] {
  return [
    'read',
    'updated',
    ...(['deleted', 'created'] as const).filter((key) => job.counts[key] > 0),
    'unchanged',
    'warnings',
    'failed',
  ];
}
