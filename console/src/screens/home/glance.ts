// The server's answer as the home page reads it: days added up over all databases, and jobs that
// failed among what needs a person.
import type { Job, Overview, Trouble } from './overview';

type Counts = Record<string, number>;
/** The members of `GET /v1/overview` that we read. */
export interface Glance {
  databases: {
    id: string;
    name: string;
    total: number;
    statuses: Counts;
    control_group: number | null;
  }[];
  days: { day: string; created: number; deleted: number; left: number; events: Counts }[];
  resources: { id: string; name: string; channels: Record<string, Counts> }[];
  jobs: (Job & { failed: number; ended_at: string | null; created_at: string })[];
  dead_messages: { database_id: string; count: number }[];
  failing_hooks: {
    id: string;
    database_id: string;
    name: string;
    count: number;
    last_at: string;
  }[];
}

const failedKinds: Record<string, string> = {
  import: 'import_failed',
  export: 'export_failed',
  update: 'update_failed',
};
const over = new Set(['failed', 'completed', 'cancelled']);

export function overviewOf(seen: Glance): Overview {
  const bounced = (events: Counts) => (events.hard_bounce ?? 0) + (events.soft_bounce ?? 0);
  return {
    databases: seen.databases.map((one) => ({
      id: one.id,
      name: one.name,
      profiles: { total: one.total, by_status: one.statuses },
      days: [],
      control_group: one.control_group,
    })),
    days: seen.days.map((one) => ({
      day: one.day,
      new: one.created,
      lost: one.deleted + one.left,
    })),
    resources: seen.resources.map((one) => ({
      id: one.id,
      name: one.name,
      channels: Object.entries(one.channels).map(([channel, by_status]) => ({
        channel,
        by_status,
      })),
    })),
    messages: {
      days: seen.days.map((one) => ({
        day: one.day,
        sent: (one.events.delivered ?? 0) + bounced(one.events),
        bounced: bounced(one.events),
      })),
    },
    jobs: seen.jobs.filter((one) => !over.has(one.state)),
    attention: [
      ...seen.jobs.filter((one) => over.has(one.state)).flatMap(trouble),
      ...seen.dead_messages.map((one) => ({ kind: 'message_dead', name: '', ...one })),
      ...seen.failing_hooks.map((one) => ({ kind: 'hook_failing', at: one.last_at, ...one })),
    ],
  };
}

function trouble(job: Glance['jobs'][number]): Trouble[] {
  const at = job.ended_at ?? job.created_at;
  const about = { database_id: job.database_id, id: job.id, name: job.name, at };
  if (job.state === 'failed')
    return [{ ...about, kind: failedKinds[job.kind] ?? job.kind, count: 1 }];
  if (!job.failed || job.kind !== 'import') return [];
  return [{ ...about, kind: 'import_rows_failed', count: job.failed }];
}
