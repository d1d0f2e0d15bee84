// What a field can be: its types, which settings suit which type, and where it stands.
import type { components } from '../../api/schema';
import type { Field } from '../../app/databases.svelte';

export type FieldType = components['schemas']['CustomType'];

/** As they are offered, the usual ones first. */
export const types: FieldType[] = [
  'string',
  'integer',
  'float',
  'boolean',
  'date',
  'enum',
  'tags',
  'ip',
  'object',
  'objects',
];

export interface FieldSettings {
  name: string;
  title: string;
  description: string;
  type: string;
  options: string[];
  required: boolean;
  unique: boolean;
  matchable: boolean;
  case: string;
  searchable: boolean;
  manager: boolean;
  past: boolean;
  multiline: boolean;
  default: unknown;
}

export function settingsOf(field: Field): FieldSettings {
  const { name, title, description, type, options, required, unique, matchable } = field;
  const { searchable, manager, past, multiline } = field;
  return {
    name,
    title,
    description,
    type,
    options,
    required,
    unique,
    matchable,
    case: field.case,
    searchable,
    manager,
    past,
    multiline,
    default: field.default ?? null,
  };
}

/** Nothing of it is on: what people may see of it, and by what they are found, is said by somebody. */
export function fresh(): FieldSettings {
  return {
    name: '',
    title: '',
    description: '',
    type: 'string',
    options: [],
    required: false,
    unique: false,
    matchable: false,
    case: 'sensitive',
    searchable: false,
    manager: false,
    past: false,
    multiline: false,
    default: null,
  };
}

const composite = (type: string) => type === 'object' || type === 'objects';
export const can = {
  unique: (type: string) => !composite(type) && type !== 'tags',
  matchable: (type: string) => !composite(type),
  searchable: (type: string) => ['string', 'tags', 'enum', 'email', 'phones'].includes(type),
  case: (type: string) => type === 'string',
  multiline: (type: string) => type === 'string',
  past: (type: string) => type === 'date',
  options: (type: string) => type === 'enum',
  default: (type: string) => !composite(type) && type !== 'email' && type !== 'phones',
};

/** The same with another type: what that can't have is off. */
export function withType(settings: FieldSettings, type: string): FieldSettings {
  return {
    ...settings,
    type,
    options: can.options(type) ? settings.options : [],
    unique: settings.unique && can.unique(type),
    matchable: settings.matchable && can.matchable(type),
    case: can.case(type) ? settings.case : 'sensitive',
    searchable: settings.searchable && can.searchable(type),
    past: settings.past && can.past(type),
    multiline: settings.multiline && can.multiline(type),
    default: null,
  };
}

/** Whether values that people have may become others by it, or stand in its way. */
export function changesValues(before: FieldSettings, after: FieldSettings): boolean {
  return (
    before.type !== after.type ||
    (before.multiline && !after.multiline) ||
    before.options.some((option) => !after.options.includes(option))
  );
}

/** A name for a title: `Loyalty card` is `loyalty_card`. Nothing where the title has no Latin letter. */
export function nameFor(title: string): string {
  return title
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 64);
}

interface Place {
  name: string;
  position: number;
}

/** The positions that change so that the fields stand in this order: as few as may be near the one
that was moved. `order` is how they are to stand, each with the position that it has now. */
export function positions(order: Place[], moved: string): Place[] {
  const index = order.findIndex((one) => one.name === moved);
  const before = order[index - 1]?.position;
  const after = order[index + 1]?.position;
  if (index < 0) return [];
  if (before === undefined) {
    if (after === undefined || order[index]!.position < after) return [];
    return [{ name: moved, position: after - 1 }];
  }
  // A gap takes it; without one, those behind it make room.
  if (after === undefined || after - before > 1) {
    const now = order[index]!.position;
    if (now > before && (after === undefined || now < after)) return [];
    return [{ name: moved, position: before + 1 }];
  }
  const changes = [{ name: moved, position: before + 1 }];
  let last = before + 1;
  for (const one of order.slice(index + 1)) {
    if (one.position > last) break;
    last += 1;
    changes.push({ name: one.name, position: last });
  }
  return changes;
}
