// The control group of a database: what is chosen for it, and what that means in sentences.
import { api } from '../../api/client';
import { outcome } from '../../api/outcome';
import type { components } from '../../api/schema';
import { Draft } from '../../api/draft.svelte';
import { resources } from '../../app/resources.svelte';
import { day, moment } from '../../messages/dates';
import type { Messages } from '../../messages/en';

export type Group = components['schemas']['ControlGroup'];
export type Channel = components['schemas']['ChannelName'];
export const channels: readonly Channel[] = [
  'email',
  'sms',
  'push',
  'telegram_bot',
  'whatsapp',
  'viber',
  'notify',
];

export interface GroupChoice {
  percent: string;
  enabled: boolean;
  channels: string[];
  /** Resources whose messages are sent all the same; null for none. */
  exempt: string[] | null;
  rotates: boolean;
  months: string;
  day: string;
  /** The condition as text. */
  exclude: string;
}

export const blank = (): GroupChoice => ({
  percent: '5',
  enabled: true,
  channels: [...channels],
  exempt: null,
  rotates: false,
  months: '3',
  day: '1',
  exclude: '',
});

function read(group: Group): GroupChoice {
  const { resources: held, rotation } = group;
  return {
    percent: String(group.percent),
    enabled: group.enabled,
    channels: [...group.channels],
    exempt: typeof held === 'object' ? held.exempt : null,
    rotates: typeof rotation === 'object',
    months: typeof rotation === 'object' ? String(rotation.every_months) : '3',
    day: typeof rotation === 'object' ? String(rotation.day) : '1',
    exclude: group.exclude ? JSON.stringify(group.exclude, null, 2) : '',
  };
}

/** The number that was typed; people write it with a comma too. */
export const numberOf = (text: string): number => Number(text.trim().replace(',', '.') || NaN);

/** Whether the condition is one, as far as can be seen here. */
export function conditionOf(text: string): { value: Record<string, unknown> | null } | null {
  if (!text.trim()) return { value: null };
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? { value: value as Record<string, unknown> }
      : null;
  } catch {
    return null;
  }
}

export function bodyOf(choice: GroupChoice): components['schemas']['NewControlGroup'] {
  return {
    percent: numberOf(choice.percent),
    enabled: choice.enabled,
    channels: choice.channels,
    resources: choice.exempt?.length ? { exempt: choice.exempt } : 'all',
    rotation: choice.rotates
      ? { every_months: numberOf(choice.months), day: numberOf(choice.day) }
      : 'never',
    exclude: conditionOf(choice.exclude)?.value ?? null,
  };
}

export function readGroup(db: string) {
  return outcome(api.GET('/v1/databases/{db}/control-group', { params: { path: { db } } }));
}

export function draftOf(db: string, group: Group): Draft<GroupChoice, Group> {
  return new Draft<GroupChoice, Group>(group, `"${group.revision}"`, {
    read,
    save: ({ value, etag }) =>
      outcome<Group>(
        api.PUT('/v1/databases/{db}/control-group', {
          params: { path: { db }, header: { 'If-Match': etag } },
          body: bodyOf(value),
        }),
      ),
    again: () => readGroup(db),
    pointers: ['/percent', '/channels', '/resources', '/rotation', '/exclude'],
  });
}

/** What the settings mean, one sentence each. */
export function sentencesOf(group: Group, words: Messages): string[] {
  const say = words.control;
  const list = (some: string[]) =>
    some.map((one) => words.channel[one as keyof Messages['channel']] ?? one).join(', ');
  const { resources: held, rotation } = group;
  return [
    group.channels.length === channels.length
      ? say.allChannels
      : say.channelsSentence(list(group.channels)),
    ...(typeof held === 'object' && held.exempt.length
      ? [say.exemptSentence(held.exempt.map((id) => resources.name(id)).join(', '))]
      : []),
    say.confirmations,
    group.exclude ? say.excludeSome : say.excludeNone,
    typeof rotation === 'object'
      ? say.rotationSentence(rotation.every_months, rotation.day)
      : say.neverSentence,
    ...(group.next_rotation_at ? [say.next(moment(group.next_rotation_at))] : []),
    say.since(day(group.started_at)),
  ];
}

export const percentText = (percent: number, language: string) =>
  new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 2 }).format(
    percent / 100,
  );
