// What a test is about, how a new one begins, and whether all of it is filled in.
import { filled, valueOf } from './operators';
import { isJson, type Json, type Test } from './tree';

export const subjects = [
  'deliverable',
  'subscription',
  'event',
  'segment',
  'status',
  'control_group',
  'suppressed',
  'relation',
  'created_at',
  'updated_at',
] as const;
export type Subject = (typeof subjects)[number];

/** `field`, one of the subjects, nothing yet, or what the console doesn't know. */
export function subjectOf(json: Json): Subject | 'field' | 'none' | 'unknown' {
  const keys = Object.keys(json);
  if (!keys.length) return 'none';
  if (typeof json.field === 'string') {
    const known = keys.every(
      (key) => key === 'field' || key === 'ignore_case' || fieldTests.has(key),
    );
    return known ? 'field' : 'unknown';
  }
  const found = keys.length === 1 ? subjects.find((one) => one === keys[0]) : undefined;
  if (!found) return 'unknown';
  const value = json[found];
  switch (found) {
    case 'segment':
      return typeof value === 'string' ? found : 'unknown';
    case 'control_group':
      return typeof value === 'boolean' ? found : 'unknown';
    case 'suppressed':
      return value === true || isJson(value) ? found : 'unknown';
    case 'status':
      return Array.isArray(value) ? found : 'unknown';
    case 'created_at':
    case 'updated_at':
      return isJson(value) && Object.keys(value).every((key) => fieldTests.has(key))
        ? found
        : 'unknown';
    default:
      return isJson(value) ? found : 'unknown';
  }
}

const fieldTests = new Set([
  ...['eq', 'ne', 'in', 'lt', 'le', 'gt', 'ge', 'between', 'contains', 'starts_with', 'ends_with'],
  ...['has_any', 'has_all', 'last', 'next', 'older_than', 'later_than', 'month', 'day', 'birthday'],
  ...['exists', 'empty'],
]);

/** How a test of a subject begins. */
export function begun(subject: Subject): Json {
  switch (subject) {
    case 'deliverable':
      return { deliverable: {} };
    case 'subscription':
      return { subscription: { status: ['subscribed'] } };
    case 'event':
      return { event: { type: [], last: '30d' } };
    case 'segment':
      return { segment: '' };
    case 'status':
      return { status: [] };
    case 'control_group':
      return { control_group: false };
    case 'suppressed':
      return { suppressed: true };
    case 'relation':
      return { relation: { type: '' } };
    default:
      return { [subject]: { last: '30d' } };
  }
}

/** Whether everything that a test needs is there. */
export function whole(test: Test): boolean {
  const json = test.json;
  const subject = subjectOf(json);
  if (subject === 'none') return false;
  if (subject === 'unknown' || subject === 'control_group' || subject === 'suppressed') return true;
  if (subject === 'field') return json.field !== '' && filled(valueOf(json));
  const inner = json[subject];
  if (subject === 'created_at' || subject === 'updated_at') return filled(valueOf(inner as Json));
  if (subject === 'event') return wholeEvent(inner as Json);
  if (subject === 'relation') return wholeRelation(inner as Json);
  if (isJson(inner)) return Object.values(inner).every(filled);
  return filled(inner);
}

const each = (value: unknown, test: (value: unknown) => boolean) =>
  value === undefined || (isJson(value) && Object.values(value).every(test));

function wholeEvent(event: Json): boolean {
  const { count, url, ...plain } = event;
  return Object.values(plain).every(filled) && each(count, filled) && each(url, filled);
}

function wholeRelation(relation: Json): boolean {
  const { weights, with: across, count, ...plain } = relation;
  return (
    Object.values(plain).every(filled) &&
    // A condition on the profile across is null while it isn't filled in.
    across !== null &&
    each(count, filled) &&
    each(weights, (tests) => isJson(tests) && Object.values(tests).every(filled))
  );
}
