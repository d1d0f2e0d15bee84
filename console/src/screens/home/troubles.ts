// Which jobs are at work, and what needs a person: jobs that failed, messages that couldn't be sent,
// webhooks that refuse.
import type { Job, Overview } from './overview';

export interface Trouble {
  kind: string;
  database_id: string;
  id?: string;
  name: string;
  count: number;
  at?: string;
}

const failedKinds: Record<string, string> = {
  import: 'import_failed',
  export: 'export_failed',
  update: 'update_failed',
};
const over = new Set(['failed', 'completed', 'cancelled']);

export const atWork = (jobs: readonly Job[]): Job[] => jobs.filter((one) => !over.has(one.state));

export function troublesOf(seen: Overview): Trouble[] {
  return [
    ...seen.jobs.filter((one) => over.has(one.state)).flatMap(ofJob),
    ...seen.dead_messages.map((one) => ({ kind: 'message_dead', name: '', ...one })),
    ...seen.failing_hooks.map((one) => ({ kind: 'hook_failing', at: one.last_at, ...one })),
  ];
}

function ofJob(job: Job): Trouble[] {
  const at = job.ended_at ?? job.created_at;
  const about = { database_id: job.database_id, id: job.id, name: job.name, at };
  if (job.state === 'failed')
    return [{ ...about, kind: failedKinds[job.kind] ?? job.kind, count: 1 }];
  if (!job.failed || job.kind !== 'import') return [];
  return [{ ...about, kind: 'import_rows_failed', count: job.failed }];
}
