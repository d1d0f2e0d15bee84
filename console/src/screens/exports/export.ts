// An export as it is asked for on the screen, and as the API takes it.
import type { Resource } from '../../app/resources.svelte';
import type { components } from '../../api/schema';
import { joined, type Condition } from '../whom/condition';
import type { Meant } from '../whom/whom';

export type KeptExport = components['schemas']['KeptExport'];
type Channel = components['schemas']['ChannelName'];
export const formats = ['csv', 'xlsx', 'tsv', 'jsonl'] as const;
export type Format = (typeof formats)[number];

/** A column of contacts: those of one resource by one channel. */
export interface Contacts {
  resource: string;
  channel: string;
}
export interface Draft {
  columns: string[];
  contacts: Contacts[];
  /** Only contacts that may be sent to, and only people who have one. */
  deliverable: boolean;
  format: Format;
  delimiter: 'comma' | 'semicolon';
  bom: boolean;
  gzip: boolean;
  name: string;
}

export const contactKey = (one: Contacts) => `${one.resource}/${one.channel}`;

/** Push has a column for each provider, which the console doesn't know. */
export function contactsOf(resources: readonly Resource[], db: string): Contacts[] {
  return resources
    .filter((one) => one.databases.includes(db))
    .flatMap((one) =>
      one.channels
        .filter((channel) => channel !== 'push')
        .map((channel) => ({ resource: one.id, channel })),
    );
}

/** Who has a contact that may be sent to; everybody where nobody asked for that. */
export function reachable(draft: Pick<Draft, 'contacts' | 'deliverable'>): Condition {
  if (!draft.deliverable || !draft.contacts.length) return {};
  const any = draft.contacts.map((one) => ({
    deliverable: { resource_id: one.resource, channel: one.channel },
  }));
  return any.length === 1 ? any[0]! : { any };
}

export function bodyOf(meant: Meant, draft: Draft): KeptExport {
  const condition = joined(meant.condition ?? {}, reachable(draft));
  const text = draft.format === 'csv' || draft.format === 'tsv';
  return {
    ...(meant.segment ? { segment: meant.segment } : {}),
    ...(Object.keys(condition).length ? { condition } : {}),
    fields: draft.columns,
    subscriptions: draft.contacts.length
      ? draft.contacts.map((one) => ({
          resource_id: one.resource,
          channel: one.channel as Channel,
          deliverable: draft.deliverable,
          // Whether they may be sent to is said already; else what is known of each stands beside it.
          statuses: !draft.deliverable,
        }))
      : 'none',
    format: draft.format === 'tsv' ? 'csv' : draft.format,
    ...(draft.format === 'tsv' ? { delimiter: 'tab' } : {}),
    ...(draft.format === 'csv' ? { delimiter: draft.delimiter } : {}),
    ...(text ? { bom: draft.bom } : {}),
    ...(draft.gzip ? { gzip: true } : {}),
    ...(draft.name.trim() ? { name: draft.name.trim() } : {}),
  };
}
