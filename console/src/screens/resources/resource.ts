// What can be set of a resource, and how a change of it is sent.
import type { components } from '../../api/schema';
import type { Resource } from '../../app/resources.svelte';
import type { Wording } from '../opt-in/wording';

export type Channel = components['schemas']['ChannelName'];
export type Category = components['schemas']['Category'];
export type Source = components['schemas']['OptInSource'];

export const channels: Channel[] = [
  'email',
  'sms',
  'push',
  'telegram_bot',
  'whatsapp',
  'viber',
  'notify',
];
export const sources: Source[] = ['form', 'webhook', 'api'];

export interface OptIn {
  enabled: boolean;
  sources: Source[];
  link_days: number;
  reminder_hours: number[];
  confirm_on_open: boolean;
  redirect: string;
  from: string;
  from_name: string;
  texts: Record<string, Partial<Wording>>;
}
export interface ResourceSettings {
  name: string;
  description: string;
  url: string;
  databases: string[];
  channels: Channel[];
  primary_channel: Channel;
  categories: Required<Category>[];
  raise_priority: boolean;
  double_opt_in: OptIn;
}

export function settingsOf(resource: Resource): ResourceSettings {
  const { name, description, url, databases, channels, primary_channel, raise_priority } = resource;
  const given = resource.double_opt_in ?? {};
  return {
    name,
    description,
    url,
    databases,
    channels,
    primary_channel,
    raise_priority,
    categories: resource.categories.map((one) => ({
      name: one.name,
      title: one.title ?? one.name,
      active: one.active ?? true,
      steady: one.steady ?? false,
    })),
    double_opt_in: { ...usualOptIn(), ...given } as OptIn,
  };
}

function usualOptIn(): OptIn {
  return {
    enabled: false,
    sources: [...sources],
    link_days: 7,
    reminder_hours: [],
    confirm_on_open: false,
    redirect: '',
    from: '',
    from_name: '',
    texts: {},
  };
}

/** A new one asks for a confirmation: nothing that is left as it is makes anybody reachable. */
export function fresh(databases: string[]): ResourceSettings {
  return {
    name: '',
    description: '',
    url: '',
    databases,
    channels: ['email'],
    primary_channel: 'email',
    categories: [],
    raise_priority: false,
    double_opt_in: { ...usualOptIn(), enabled: true },
  };
}

/** A JSON merge patch: what is gone from an object is said to be gone. */
export function patch(before: ResourceSettings, changes: Partial<ResourceSettings>) {
  const optIn = changes.double_opt_in;
  if (!optIn) return changes;
  const gone = Object.keys(before.double_opt_in.texts).filter((tag) => !(tag in optIn.texts));
  const texts = Object.fromEntries(
    Object.entries(optIn.texts).map(([tag, own]) => [
      tag,
      {
        ...Object.fromEntries(
          Object.keys(before.double_opt_in.texts[tag] ?? {}).map((name) => [name, '']),
        ),
        ...own,
      },
    ]),
  );
  return {
    ...changes,
    double_opt_in: {
      ...optIn,
      texts: { ...texts, ...Object.fromEntries(gone.map((tag) => [tag, null])) },
    },
  };
}
