// Which fields stand under which tab. What is main is the database's to say, by its setting `card`
// or its view of that name.
import type { Field } from '../../app/databases.svelte';

export type Tab = 'main' | 'contacts' | 'registration' | 'tracked' | 'additional';
export const tabs: readonly Tab[] = ['main', 'contacts', 'registration', 'tracked', 'additional'];

const usual = ['_fname', '_lname', 'email', 'phones', '_bdate', '_sex', '_city', '_country'];
const contacts = new Set([
  'email',
  'phones',
  '_city',
  '_country',
  '_region',
  '_postal_code',
  '_tz',
]);
const registration = new Set([
  '_regdate',
  '_regip',
  '_regcity',
  '_regcountry',
  '_regurl',
  '_vendor',
]);
const tracked = new Set(['_ip', '_browser', '_os']);

export function grouped(
  fields: readonly Field[],
  main: readonly string[] | null,
  values: Record<string, unknown>,
): Record<Tab, Field[]> {
  const order = [...fields].sort((a, b) => a.position - b.position);
  const chosen = main ?? [
    ...usual,
    ...order
      .filter((field) => field.required && !usual.includes(field.name))
      .map((field) => field.name),
  ];
  const has = (field: Field) => values[field.name] !== undefined && values[field.name] !== null;
  return {
    main: chosen.flatMap((name) => order.find((field) => field.name === name) ?? []),
    contacts: order.filter((field) => contacts.has(field.name)),
    registration: order.filter((field) => registration.has(field.name)),
    // What the system keeps is there for everybody, and empty for most.
    tracked: order.filter((field) => tracked.has(field.name) || (field.system && has(field))),
    additional: order.filter((field) => !field.standard && !field.system),
  };
}
