// A suppression list and its values, as the screens use them.
import { api } from '../../api/client';
import { outcome } from '../../api/outcome';
import type { components } from '../../api/schema';
import { databases } from '../../app/databases.svelte';
import { Draft } from '../../api/draft.svelte';
import type { Messages } from '../../messages/en';

export type List = components['schemas']['SuppressionList'];
export type Entry = components['schemas']['SuppressionEntry'];
export const types = ['email', 'domain', 'phone'] as const;
export type EntryType = (typeof types)[number];

export interface ListChoice {
  name: string;
  description: string;
  databases: string[];
}

/** What was pasted: one value a line, or with commas, semicolons or tabs between. */
export function valuesOf(text: string): string[] {
  return text
    .split(/[\n,;\t]/)
    .map((value) => value.trim())
    .filter(Boolean);
}

/** What is sent of why values are added and of their country; what was left empty isn't. */
export function originOf(reason: string, region: string): { reason?: string; region?: string } {
  return {
    ...(reason.trim() ? { reason: reason.trim() } : {}),
    ...(region.trim() ? { region: region.trim().toUpperCase() } : {}),
  };
}

export function readList(id: string) {
  return outcome(api.GET('/v1/suppressions/{id}', { params: { path: { id } } }));
}

export function draftOf(list: List): Draft<ListChoice, List> {
  return new Draft<ListChoice, List>(list, `"${list.revision}"`, {
    read: ({ name, description, databases: holds }) => ({ name, description, databases: holds }),
    save: ({ value: { name, description, databases: holds }, etag }) =>
      outcome(
        api.PATCH('/v1/suppressions/{id}', {
          params: { path: { id: list.id }, header: { 'If-Match': etag } },
          body: {
            name: name.trim(),
            description: description.trim(),
            // The global list holds for all, and takes no databases.
            ...(list.is_global ? {} : { databases: holds }),
          },
        }),
      ),
    again: () => readList(list.id),
    pointers: ['/name', '/description', '/databases'],
  });
}

/** Why an entry is there: events have their own words, and who only brought it goes without saying. */
export function whyOf(entry: Entry, words: Messages): string {
  const reason = words.history.events[entry.reason] ?? entry.reason;
  const ours = entry.source in words.by || entry.source === 'console';
  return [reason, ours ? '' : entry.source].filter(Boolean).join(' · ');
}

/** For whom a list holds, as a sentence. */
export function holdsFor(list: List, words: Messages): string {
  if (list.is_global) return words.suppressions.global;
  if (!list.databases.length) return words.suppressions.nowhere;
  return words.suppressions.holdsFor(
    list.databases.map((id) => databases.get(id)?.name ?? `№ ${id}`).join(', '),
  );
}
