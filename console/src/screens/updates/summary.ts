// What a bulk update was asked to do, in sentences.
import { day } from '../../messages/dates';
import type { Messages } from '../../messages/en';
import { plain } from '../person/narrate';

export interface Names {
  field: (name: string) => string;
  resource: (id: string) => string;
  segment: (id: string) => string;
}
type Part = Record<string, unknown>;
const texts = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
const part = (value: unknown): Part =>
  value && typeof value === 'object' && !Array.isArray(value) ? (value as Part) : {};

export function summary(settings: Part, words: Messages, names: Names): string[] {
  const said = words.updates.said;
  const about = (one: Part) => {
    const channel = String(one.channel ?? '');
    const title = words.channel[channel as keyof Messages['channel']] ?? channel;
    return [names.resource(String(one.resource_id ?? '')), title].filter(Boolean).join(', ');
  };
  const list: string[] = [];
  for (const [name, value] of Object.entries(part(settings.set)))
    list.push(changed(name, value, words, names));
  if (settings.status) list.push(said.status(status(settings.status, words)));
  for (const one of Array.isArray(settings.subscriptions) ? settings.subscriptions : []) {
    const sub = part(one);
    const until =
      typeof sub.suspended_until === 'string'
        ? ` ${words.subs.until(day(sub.suspended_until))}`
        : '';
    list.push(
      sub.status
        ? said.subscription(about(sub), `${status(sub.status, words)}${until}`)
        : said.subscriptionOther(about(sub)),
    );
  }
  if (settings.ask_confirmation) list.push(said.ask(about(part(settings.ask_confirmation))));
  for (const id of texts(settings.add_to_segments)) list.push(said.enter(names.segment(id)));
  for (const id of texts(settings.remove_from_segments)) list.push(said.leave(names.segment(id)));
  if (settings.delete === true) list.push(said.delete);
  return list;
}

function changed(name: string, value: unknown, words: Messages, names: Names): string {
  const said = words.updates.said;
  const title = names.field(name);
  const { action, value: by } = part(value);
  const text = plain(by, words);
  if (value === null || action === 'unset') return said.cleared(title);
  if (action === 'incr')
    return Number(by) < 0 ? said.down(title, text.slice(1)) : said.up(title, text);
  if (action === 'add') return said.added(title, text);
  if (action === 'delete') return said.taken(title, text);
  if (action === 'upsert') return said.other(title);
  return said.becomes(title, action === 'set' ? text : plain(value, words));
}

function status(value: unknown, words: Messages): string {
  return words.status[value as keyof Messages['status']] ?? String(value);
}
