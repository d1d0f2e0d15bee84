// A watcher, and what is edited of one.
import { api } from '../../api/client';
import { outcome } from '../../api/outcome';
import type { components } from '../../api/schema';
import { Draft } from '../../api/draft.svelte';

export type Watcher = components['schemas']['Watcher'];
export const events = [
  'profile.created',
  'profile.updated',
  'profile.deleted',
  'subscription.changed',
  'subscription.confirmed',
  'segment.entered',
  'segment.left',
  'relation.changed',
  'control_group.changed',
  'profile.trigger_requested',
] as const;

export interface WatcherChoice {
  name: string;
  url: string;
  /** Null for all. */
  events: string[] | null;
  databases: string[] | null;
  enabled: boolean;
}

export const blank = (): WatcherChoice => ({
  name: '',
  url: '',
  events: null,
  databases: null,
  enabled: true,
});

/** As the API takes it: all is an empty list there. */
export function bodyOf(choice: WatcherChoice): components['schemas']['NewWatcher'] {
  return {
    name: choice.name.trim(),
    url: choice.url.trim(),
    events: choice.events ?? [],
    databases: choice.databases ?? [],
    enabled: choice.enabled,
  };
}

export function draftOf(watcher: Watcher): Draft<WatcherChoice, Watcher> {
  const path = { id: watcher.id };
  return new Draft<WatcherChoice, Watcher>(watcher, `"${watcher.revision}"`, {
    read: ({ name, url, events, databases, enabled }) => ({
      name,
      url,
      events: events.length ? events : null,
      databases: databases.length ? databases : null,
      enabled,
    }),
    save: ({ value, etag }) =>
      outcome(
        api.PATCH('/v1/watchers/{id}', {
          params: { path, header: { 'If-Match': etag } },
          body: bodyOf(value),
        }),
      ),
    again: () => outcome(api.GET('/v1/watchers/{id}', { params: { path } })),
    pointers: ['/name', '/url', '/events', '/databases'],
  });
}
