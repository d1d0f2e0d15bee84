// Where the things on the home page lead, below `/console`.
import type { Job } from './overview';
import type { Trouble } from './troubles';

/** Where a trouble is mended. */
export function mendedAt({ kind, database_id, id }: Trouble): string | null {
  const db = `/databases/${database_id}`;
  switch (kind) {
    case 'import_failed':
    case 'import_rows_failed':
      return `${db}/imports/${id}`;
    case 'export_failed':
      return `${db}/exports`;
    case 'update_failed':
      return `${db}/updates/${id}`;
    case 'refresh':
      return `${db}/segments`;
    case 'control_draw':
      return `${db}/control-group`;
    case 'message_dead':
      return '/outbox?state=dead';
    case 'hook_failing':
      return `/webhooks/${id}`;
    default:
      return null;
  }
}

/** Where a job can be watched. */
export function watchedAt({ kind, database_id, id }: Job): string | null {
  const db = `/databases/${database_id}`;
  if (kind === 'import') return `${db}/imports/${id}`;
  if (kind === 'update') return `${db}/updates/${id}`;
  if (kind === 'export') return `${db}/exports`;
  if (kind === 'control_draw') return `${db}/control-group`;
  if (kind === 'refresh') return `${db}/segments`;
  return null;
}
