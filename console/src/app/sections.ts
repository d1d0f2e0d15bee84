// Where one can go: the parts of a database, and what is set up for all of them. Each names the
// scope without which it isn't offered.
import type { Messages } from '../messages/en';

export interface Section<Name extends string> {
  name: Name;
  /** The last part of its address. */
  path: string;
  scope: string;
}

export const parts: Section<keyof Messages['part']>[] = [
  { name: 'people', path: '', scope: 'profiles:read' },
  { name: 'segments', path: 'segments', scope: 'segments:read' },
  { name: 'imports', path: 'imports', scope: 'imports:read' },
  { name: 'exports', path: 'exports', scope: 'exports:read' },
  { name: 'updates', path: 'updates', scope: 'imports:read' },
  { name: 'duplicates', path: 'duplicates', scope: 'profiles:read' },
  { name: 'history', path: 'history', scope: 'history:read' },
  { name: 'fields', path: 'fields', scope: 'databases:read' },
  { name: 'schedules', path: 'schedules', scope: 'imports:read' },
  { name: 'controlGroup', path: 'control-group', scope: 'control-groups:read' },
  { name: 'settings', path: 'settings', scope: 'databases:read' },
];

export const places: Section<keyof Messages['place']>[] = [
  { name: 'resources', path: 'resources', scope: 'resources:read' },
  { name: 'forms', path: 'forms', scope: 'forms:read' },
  { name: 'webhooks', path: 'webhooks', scope: 'hooks:read' },
  { name: 'connectors', path: 'connectors', scope: 'connectors:read' },
  { name: 'watchers', path: 'watchers', scope: 'outbox:read' },
  { name: 'suppressions', path: 'suppressions', scope: 'suppressions:read' },
  { name: 'relationTypes', path: 'relation-types', scope: 'relations:read' },
  { name: 'outbox', path: 'outbox', scope: 'outbox:read' },
  { name: 'audit', path: 'audit', scope: 'history:read' },
  { name: 'tokens', path: 'tokens', scope: 'tokens:read' },
  { name: 'users', path: 'users', scope: 'users:read' },
];
