// Where a column may go, as an option of a list: the value is the setting itself.
import type { Field } from '../../app/databases.svelte';
import type { Resource } from '../../app/resources.svelte';
import type { Messages } from '../../messages/en';
import type { Target } from './import';

export interface Option {
  value: string;
  label: string;
}
interface Naming {
  field: (name: string) => string;
  resource: (id: string) => string;
}

export const asValue = (to: Target) => JSON.stringify(to);

export function describe(to: Target, words: Messages, names: Naming): string {
  if (to === 'ignore') return words.imports.ignore;
  if (Array.isArray(to)) return to.map((one) => describe(one, words, names)).join(' + ');
  if (typeof to.field === 'string') return names.field(to.field);
  const about = to.subscription as { resource_id?: string; channel?: string } | undefined;
  if (!about) return JSON.stringify(to);
  const channel = words.channel[about.channel as keyof Messages['channel']] ?? about.channel ?? '';
  const part =
    typeof to.part === 'string'
      ? (words.imports.parts[to.part] ?? to.part)
      : words.imports.parts.contact!;
  return `${names.resource(about.resource_id ?? '')}, ${channel}: ${part}`;
}

/** Everything that a column may usually be, and what it is now if that is something else. */
export function options(
  now: Target,
  fields: readonly Field[],
  resources: readonly Resource[],
  words: Messages,
  names: Naming,
): Option[] {
  const targets: Target[] = [
    'ignore',
    ...fields.filter((field) => !field.system).map((field) => ({ field: field.name })),
    ...resources.flatMap((resource) =>
      resource.channels.flatMap((channel) => {
        const subscription = { resource_id: resource.id, channel };
        return [
          { subscription },
          { subscription, part: 'opt_in' },
          { subscription, part: 'status' },
        ];
      }),
    ),
  ];
  const list = targets.map((to) => ({ value: asValue(to), label: describe(to, words, names) }));
  const current = asValue(now);
  if (!list.some((one) => one.value === current))
    list.unshift({ value: current, label: describe(now, words, names) });
  return list;
}
