// A condition in plain words, as lists and cards show it.
import { databases } from '../../app/databases.svelte';
import { resources } from '../../app/resources.svelte';
import { day, moment, number } from '../../messages/dates';
import { say, spoken } from '../../messages/index.svelte';
import { kindOf, operatorOf, shapeOf, spanOf, valueOf, type FieldKind } from './operators';
import { subjectOf } from './subject';
import { isGroup, isJson, read, type Group, type Item, type Json, type Test } from './tree';
import { vocabularyOf, type Vocabulary } from './vocabulary.svelte';

export function describe(condition: unknown, words: Vocabulary): string {
  if (!isJson(condition) || !Object.keys(condition).length) return say().condition.everybody;
  const said = ofGroup(read(condition), words);
  return said ? said[0]!.toLocaleUpperCase() + said.slice(1) : say().condition.everybody;
}

function ofGroup(group: Group, words: Vocabulary): string {
  const { and, or, noneOf, notAllOf } = say().condition;
  const every = group.join === 'all' || group.join === 'notAll';
  const parts = group.items.map((item) => ofItem(item, words));
  const joined = every && parts.length > 2 ? list(parts, 'conjunction') : null;
  const said = joined ?? parts.join(` ${every ? and : or} `);
  if (group.join === 'none') return noneOf(said);
  return group.join === 'notAll' ? notAllOf(said) : said;
}

function ofItem(item: Item, words: Vocabulary): string {
  if (!isGroup(item)) return ofTest(item, words);
  const said = ofGroup(item, words);
  return item.items.length > 1 ? `(${said})` : said;
}

export function ofTest(test: Test, words: Vocabulary): string {
  const say_ = say().condition;
  const { json, negated } = test;
  const subject = subjectOf(json);
  const sign = negated ? 'no' : 'yes';
  switch (subject) {
    case 'field': {
      const name = String(json.field);
      const field = words.field(name);
      return compared(words.title(name), json, negated, kindOf(field), field?.standard ?? false);
    }
    case 'created_at':
    case 'updated_at':
      return compared(
        say_.subjects[subject],
        json[subject] as Json,
        negated,
        { type: 'made', system: true },
        true,
      );
    case 'status':
      return say_.said(
        say_.subjects.status,
        say_.ops[negated ? '!in' : 'in']!,
        list((json.status as string[]).map(statusWord), 'unit'),
      );
    case 'segment': {
      const name = words.segment(String(json.segment));
      return negated ? say_.notInSegment(name) : say_.inSegment(name);
    }
    case 'control_group':
      return say_.control[(json.control_group === true) !== negated ? 'yes' : 'no'];
    case 'suppressed':
      return say_.blocked[sign] + aside(isJson(json.suppressed) ? details(json.suppressed) : []);
    case 'deliverable':
      return say_.reach[sign] + aside(details(json.deliverable as Json));
    case 'subscription':
      return say_.subscribed[sign] + aside(details(json.subscription as Json));
    case 'event':
      return event(json.event as Json, negated);
    case 'relation':
      return relation(json.relation as Json, negated, words);
    default:
      return say_.unknown(JSON.stringify(negated ? { not: json } : json));
  }
}

/** `Plan is one of free, starter`. */
function compared(title: string, json: Json, negated: boolean, kind: FieldKind, standard: boolean) {
  let operator = operatorOf(json, negated, kind);
  const value = valueOf(json);
  // One of a list of one is that one.
  if (shapeOf(operator, kind.type) === 'list' && operator.endsWith('in') && one(value))
    operator = operator === 'in' ? 'eq' : 'ne';
  return say().condition.said(
    title,
    operatorWord(operator, kind),
    shown(value, operator, kind, standard),
  );
}

const one = (value: unknown) => !Array.isArray(value) || value.length === 1;

export function operatorWord(operator: string, kind: FieldKind): string {
  const { ops, dateOps, notOp } = say().condition;
  const dated = kind.type === 'date' || kind.type === 'made' ? dateOps : {};
  const known = dated[operator] ?? ops[operator];
  if (known) return known;
  const plain = operator.replace('!', '');
  return notOp(dated[plain] ?? ops[plain] ?? plain);
}

function shown(value: unknown, operator: string, kind: FieldKind, standard: boolean): string {
  const words = say().condition;
  const each = (one: unknown) => {
    if (kind.type === 'date' || kind.type === 'made') return moment(String(one));
    if (typeof one === 'number') return number(one);
    if (kind.type === 'enum')
      return standard ? (say().options[String(one)] ?? String(one)) : String(one);
    return kind.type === 'integer' || kind.type === 'float'
      ? String(one)
      : words.quoted(String(one));
  };
  switch (shapeOf(operator, kind.type)) {
    case 'none':
      return '';
    case 'span':
      return spanWords(value);
    case 'birthday': {
      const days = isJson(value) ? Number(value.within_days ?? 0) : 0;
      return days ? words.spans.d(days) : words.today;
    }
    case 'month':
      return list(
        array(value).map((one) => monthName(Number(one))),
        'unit',
      );
    case 'day':
      return list(array(value).map(String), 'unit');
    case 'pair': {
      const [from, to] = array(value);
      return words.range(each(from), each(to));
    }
    default:
      return list(array(value).map(each), 'unit');
  }
}

const array = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

export function spanWords(value: unknown): string {
  const { amount, unit } = spanOf(value);
  return amount ? say().condition.spans[unit](Number(amount)) : String(value);
}

export function monthName(month: number): string {
  return new Intl.DateTimeFormat(spoken() === 'ru' ? 'ru-RU' : 'en-GB', {
    month: 'long',
    timeZone: 'UTC',
  }).format(new Date(Date.UTC(2024, month - 1, 1)));
}

function list(parts: string[], type: 'conjunction' | 'unit'): string {
  if (type === 'unit') return parts.join(', ');
  return new Intl.ListFormat(spoken() === 'ru' ? 'ru' : 'en-GB', { type }).format(parts);
}

const aside = (parts: string[]) => (parts.length ? ` (${parts.join(', ')})` : '');
const statusWord = (status: unknown) =>
  say().status[status as keyof ReturnType<typeof say>['status']] ?? String(status);
export const channelWord = (channel: unknown) =>
  say().channel[channel as keyof ReturnType<typeof say>['channel']] ?? String(channel);

/** Resource, channel, status and the like, in the order in which people say them. */
function details(inner: Json): string[] {
  const order = ['resource_id', 'channel', 'category', 'status'];
  const keys = [
    ...order.filter((key) => key in inner),
    ...Object.keys(inner).filter((key) => !order.includes(key)),
  ];
  return keys.map((key) => {
    const value = inner[key];
    if (key === 'resource_id') return resources.name(String(value));
    if (key === 'channel') return channelWord(value);
    if (key === 'status') return array(value).map(statusWord).join(` ${say().condition.or} `);
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
}

function event(inner: Json, negated: boolean): string {
  const words = say().condition;
  const types = array(inner.type).map(String);
  const said = types.map((type) =>
    negated
      ? (words.didNot[type] ?? words.didNotOwn(type))
      : (words.did[type] ?? words.didOwn(type)),
  );
  const parts = [said.join(` ${negated ? words.and : words.or} `)];
  if (inner.last !== undefined) parts.push(words.inTheLast(spanWords(inner.last)));
  if (Array.isArray(inner.between))
    parts.push(words.betweenDays(day(String(inner.between[0])), day(String(inner.between[1]))));
  if (isJson(inner.count)) parts.push(...counted(inner.count));
  const more: string[] = [];
  if (inner.resource_id !== undefined) more.push(resources.name(String(inner.resource_id)));
  if (inner.message_id !== undefined) more.push(words.messageSaid(String(inner.message_id)));
  if (isJson(inner.url))
    more.push(
      ...Object.entries(inner.url).map(([test, text]) =>
        words.linkSaid(words.linkTests[test as keyof typeof words.linkTests] ?? test, String(text)),
      ),
    );
  return parts.join(' ') + aside(more);
}

function counted(count: Json): string[] {
  const words = say().condition;
  return Object.entries(count).map(([how, n]) =>
    words.times(words.often[how as keyof typeof words.often] ?? how, String(n)),
  );
}

function relation(inner: Json, negated: boolean, words: Vocabulary): string {
  const said = say().condition;
  const type = words.relationType(String(inner.type));
  const across = acrossOf(inner, words);
  const more = [type?.title || type?.name || `№ ${String(inner.type)}`];
  const other = across && databases.get(across);
  if (other) more[0] = said.relationSide(more[0]!, other.name);
  if (isJson(inner.weights))
    for (const [name, tests] of Object.entries(inner.weights)) {
      const property = type?.properties?.find((one) => one.name === name);
      if (isJson(tests))
        more.push(
          compared(
            property?.title || name,
            tests,
            false,
            { type: property?.type ?? 'string', system: false },
            false,
          ),
        );
    }
  if (isJson(inner.count)) more.push(...counted(inner.count));
  if (isJson(inner.with) && across)
    more.push(said.otherSaid(describe(inner.with, vocabularyOf(across))));
  return `${said.related[negated ? 'no' : 'yes']}: ${more.join(', ')}`;
}

/** The database on the other side of a relation. */
export function acrossOf(inner: Json, words: Vocabulary): string | undefined {
  const type = words.relationType(String(inner.type));
  if (!type) return undefined;
  if (inner.side === 'a') return type.database_b;
  if (inner.side === 'b') return type.database_a;
  return type.database_a === words.db ? type.database_b : type.database_a;
}
