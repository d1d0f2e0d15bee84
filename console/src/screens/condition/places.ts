// Channels, resources and categories to choose from, for one database.
import { resources } from '../../app/resources.svelte';
import { say } from '../../messages/index.svelte';
import type { Json } from './tree';

export function channels(resource?: unknown) {
  const found = typeof resource === 'string' ? resources.get(resource) : undefined;
  const known = Object.entries(say().channel).map(([value, label]) => ({ value, label }));
  return found ? known.filter((one) => found.channels.some((name) => name === one.value)) : known;
}

export function resourcesOf(db: string) {
  return resources.list
    .filter((resource) => resource.databases.includes(db))
    .map((resource) => ({ value: resource.id, label: resource.name }));
}

export function categories(resource: unknown) {
  const found = typeof resource === 'string' ? resources.get(resource) : undefined;
  return (found?.categories ?? []).map((one) => ({
    value: one.name,
    label: one.title || one.name,
  }));
}

/** The same with a member set, or without it. */
export function put(json: Json, key: string, value: unknown): Json {
  const { [key]: _old, ...rest } = json;
  void _old;
  return value === undefined ? rest : { ...rest, [key]: value };
}
