// Where the things on the home page lead, below `/console`.
import type { Job, Trouble } from './overview';

/** Where a trouble is mended. */
export function mendedAt({ kind, database_id, id }: Trouble): string | null {
  const db = database_id ? `/databases/${database_id}` : null;
  const at = (path: string) => (db ? `${db}/${path}${id ? `/${id}` : ''}` : null);
  switch (kind) {
    case 'import_failed':
    case 'import_rows_failed':
      return at('imports');
    case 'export_failed':
      return db && `${db}/exports`;
    case 'update_failed':
      return at('updates');
    case 'schedule_failed':
      return db && `${db}/schedules`;
    case 'duplicates':
      return db && `${db}/duplicates`;
    case 'message_dead':
      return '/outbox?state=dead';
    case 'message_held':
      return '/outbox?state=held';
    case 'hook_failing':
      return id ? `/webhooks/${id}` : '/webhooks';
    case 'watcher_failing':
      return '/watchers';
    default:
      return null;
  }
}

/** Where a job can be watched. */
export function watchedAt({ kind, database_id, id }: Job): string | null {
  const db = `/databases/${database_id}`;
  if (kind === 'import') return `${db}/imports/${id}`;
  if (kind === 'update' || kind === 'undo') return `${db}/updates/${id}`;
  if (kind === 'export') return `${db}/exports`;
  if (kind === 'control_draw') return `${db}/control-group`;
  if (kind === 'refresh') return `${db}/segments`;
  return null;
}
