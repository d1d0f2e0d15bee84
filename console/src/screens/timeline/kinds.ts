// What can happen in a database: to people, and to what was defined for them.
import type { Component } from 'svelte';
import ArrowLeftRight from '@lucide/svelte/icons/arrow-left-right';
import Eraser from '@lucide/svelte/icons/eraser';
import HistoryIcon from '@lucide/svelte/icons/history';
import Link2 from '@lucide/svelte/icons/link-2';
import MousePointerClick from '@lucide/svelte/icons/mouse-pointer-click';
import Pencil from '@lucide/svelte/icons/pencil';
import RotateCcw from '@lucide/svelte/icons/rotate-ccw';
import Scale from '@lucide/svelte/icons/scale';
import Settings2 from '@lucide/svelte/icons/settings-2';
import Tag from '@lucide/svelte/icons/tag';
import UserMinus from '@lucide/svelte/icons/user-minus';
import UserPlus from '@lucide/svelte/icons/user-plus';
import type { Messages } from '../../messages/en';

export const ofPeople = [
  'profile.created',
  'profile.updated',
  'profile.event',
  'profile.deleted',
  'profile.restored',
  'profile.merged',
  'profile.erased',
  'relation.changed',
  'segment.entered',
  'segment.left',
  'control_group.changed',
] as const;
export const ofDefinitions = [
  'database.updated',
  'field.created',
  'field.updated',
  'field.deleted',
  'segment.created',
  'segment.updated',
  'segment.deleted',
  'view.created',
  'view.updated',
  'view.deleted',
  'control_group.updated',
  'schedule.updated',
] as const;
export type Kind = (typeof ofPeople)[number] | (typeof ofDefinitions)[number];

const icons: Record<string, Component<Record<string, unknown>>> = {
  'profile.created': UserPlus,
  'profile.updated': Pencil,
  'profile.event': MousePointerClick,
  'profile.deleted': UserMinus,
  'profile.restored': RotateCcw,
  'profile.merged': ArrowLeftRight,
  'profile.erased': Eraser,
  'relation.changed': Link2,
  'segment.entered': Tag,
  'segment.left': Tag,
  'control_group.changed': Scale,
};

export const isOfPeople = (kind: string) => ofPeople.some((one) => one === kind);
export const iconOf = (kind: string) => icons[kind] ?? (isOfPeople(kind) ? HistoryIcon : Settings2);

/** What a kind is called; of a definition its noun and what became of it. */
export function kindTitle(kind: string, words: Messages): string {
  const known = words.history.kinds[kind];
  if (known) return known;
  const [noun = '', verb = ''] = kind.split('.');
  return words.timeline.of(words.timeline.nouns[noun] ?? noun, words.timeline.verbs[verb] ?? verb);
}
