// What a bulk update does, as it is asked for on the screen, and as the API takes it.
import type { Field } from '../../app/databases.svelte';
import type { components } from '../../api/schema';
import { valueOf, type Draft } from '../person/values';
import type { Meant } from '../whom/whom';

export type NewUpdate = components['schemas']['NewUpdate'];
type Channel = components['schemas']['ChannelName'];

export type Action = 'set' | 'unset' | 'incr' | 'add' | 'delete';
export type SubscriptionAct = 'suspend' | 'resume' | 'unsubscribe' | 'subscribe' | 'ask';
export type Change = { key: number } & (
  | { kind: 'field'; field: string; action: Action; draft: Draft }
  | { kind: 'segment'; act: 'add' | 'remove'; segment: string }
  | {
      kind: 'subscription';
      act: SubscriptionAct;
      resource: string;
      channel: string;
      until: string;
      reason: string;
    }
  | { kind: 'status'; status: 'suspended' | 'subscribed' | 'unsubscribed' | '' }
  | { kind: 'delete' }
);
export type Kind = Change['kind'];
/** Why a change can't be sent: its place is the change's, the word one of the catalogue. */
export type Wrong = 'field' | 'value' | 'json' | 'segment' | 'resource' | 'status' | 'reason';

/** One that says nothing yet. */
export function newChange(kind: Kind, key: number): Change {
  switch (kind) {
    case 'field':
      return { key, kind, field: '', action: 'set', draft: '' };
    case 'segment':
      return { key, kind, act: 'add', segment: '' };
    case 'subscription':
      return { key, kind, act: 'suspend', resource: '', channel: '', until: '', reason: '' };
    case 'status':
      return { key, kind, status: '' };
    case 'delete':
      return { key, kind };
  }
}

/** What can be done with a field of a type; the first is what one means mostly. */
export function actionsOf(field: Pick<Field, 'type' | 'unique' | 'required'>): Action[] {
  const unset: Action[] = field.type === 'email' || field.required ? [] : ['unset'];
  switch (field.type) {
    case 'tags':
    case 'phones':
      return ['add', 'delete', 'set', ...unset];
    case 'integer':
    case 'float':
      return field.unique ? ['set', ...unset] : ['set', 'incr', ...unset];
    default:
      return ['set', ...unset];
  }
}

/** Where the contacts of a channel stand in a profile. */
export function contactField(channel: string): string | null {
  if (channel === 'email') return 'email';
  return ['sms', 'whatsapp', 'viber', 'notify'].includes(channel) ? 'phones' : null;
}

const statuses = {
  suspend: 'suspended',
  resume: 'subscribed',
  unsubscribe: 'unsubscribed',
  subscribe: 'subscribed',
} as const;

export function wrongOf(change: Change, fields: readonly Field[]): Wrong | null {
  switch (change.kind) {
    case 'field': {
      const field = fields.find((one) => one.name === change.field);
      if (!field) return 'field';
      if (change.action === 'unset') return null;
      const read = valueOf(field, change.draft);
      if ('wrong' in read) return 'json';
      return read.value === null ? 'value' : null;
    }
    case 'segment':
      return change.segment ? null : 'segment';
    case 'subscription':
      if (!change.resource || !change.channel) return 'resource';
      return change.act === 'subscribe' && !change.reason.trim() ? 'reason' : null;
    case 'status':
      return change.status ? null : 'status';
    case 'delete':
      return null;
  }
}

/** The body of the request; the caller has looked at `wrongOf` before. */
export function bodyOf(
  meant: Meant,
  changes: readonly Change[],
  fields: readonly Field[],
  name: string,
): NewUpdate {
  const body: NewUpdate = { ...meant, ...(name.trim() ? { name: name.trim() } : {}) };
  const set: Record<string, unknown> = {};
  for (const change of changes) {
    switch (change.kind) {
      case 'field':
        set[change.field] = setting(change, fields);
        break;
      case 'segment': {
        const list = change.act === 'add' ? 'add_to_segments' : 'remove_from_segments';
        body[list] = [...(body[list] ?? []), change.segment];
        break;
      }
      case 'subscription':
        subscription(body, change);
        break;
      case 'status':
        if (change.status) body.status = change.status;
        break;
      case 'delete':
        body.delete = true;
    }
  }
  if (Object.keys(set).length) body.set = set;
  return body;
}

// Numbers go as they were typed: a browser's own would lose digits of large ones.
function setting(change: Extract<Change, { kind: 'field' }>, fields: readonly Field[]): unknown {
  if (change.action === 'unset') return null;
  const field = fields.find((one) => one.name === change.field);
  const read = field && valueOf(field, change.draft);
  const value = read && 'value' in read ? read.value : change.draft;
  return change.action === 'set' ? value : { action: change.action, value };
}

function subscription(body: NewUpdate, change: Extract<Change, { kind: 'subscription' }>) {
  const about = { resource_id: change.resource, channel: change.channel as Channel };
  if (change.act === 'ask') {
    body.ask_confirmation = about;
    return;
  }
  const contact = change.act === 'subscribe' ? contactField(change.channel) : null;
  body.subscriptions = [
    ...(body.subscriptions ?? []),
    {
      ...about,
      status: statuses[change.act],
      ...(change.act === 'suspend' && change.until ? { suspended_until: change.until } : {}),
      ...(contact ? { contact: { field: contact } } : {}),
      ...(change.reason.trim() ? { reason: change.reason.trim() } : {}),
    },
  ];
}

/** The change that a place such as `/set/visits` of the request is about. */
export function changeAt(pointer: string, changes: readonly Change[]): Change | undefined {
  const [, part, which] = pointer.split('/');
  const subs = changes.filter((one) => one.kind === 'subscription' && one.act !== 'ask');
  switch (part) {
    case 'set':
      return changes.find((one) => one.kind === 'field' && one.field === which);
    case 'subscriptions':
      return subs[Number(which)];
    case 'add_to_segments':
    case 'remove_from_segments': {
      const act = part === 'add_to_segments' ? 'add' : 'remove';
      return changes.filter((one) => one.kind === 'segment' && one.act === act)[Number(which)];
    }
    case 'status':
      return changes.find((one) => one.kind === 'status');
    case 'ask_confirmation':
      return changes.find((one) => one.kind === 'subscription' && one.act === 'ask');
    case 'delete':
      return changes.find((one) => one.kind === 'delete');
    default:
      return undefined;
  }
}
