// What is asked for on the screen becomes what the API takes.
import { expect, test } from 'vitest';
import type { Field } from '../../app/databases.svelte';
import { actionsOf, bodyOf, changeAt, wrongOf, type Change } from './change';

const field = (name: string, type: string) =>
  ({ name, type, unique: false, required: false, options: [] }) as Partial<Field> as Field;
const fields = [field('visits', 'integer'), field('interests', 'tags'), field('note', 'string')];
const changes: Change[] = [
  { key: 1, kind: 'field', field: 'visits', action: 'incr', draft: '2' },
  { key: 2, kind: 'field', field: 'interests', action: 'delete', draft: ['a', ' b '] },
  { key: 3, kind: 'field', field: 'note', action: 'unset', draft: '' },
  { key: 4, kind: 'segment', act: 'add', segment: '7' },
  {
    key: 5,
    kind: 'subscription',
    act: 'suspend',
    resource: '1',
    channel: 'email',
    until: '2027-01-01',
    reason: '',
  },
  {
    key: 6,
    kind: 'subscription',
    act: 'subscribe',
    resource: '1',
    channel: 'sms',
    until: '',
    reason: 'asked at the fair',
  },
];

test('the body of an update', () => {
  expect(bodyOf({ segment: '3' }, changes, fields, ' Fair ')).toEqual({
    segment: '3',
    name: 'Fair',
    set: {
      visits: { action: 'incr', value: '2' },
      interests: { action: 'delete', value: ['a', 'b'] },
      note: null,
    },
    add_to_segments: ['7'],
    subscriptions: [
      { resource_id: '1', channel: 'email', status: 'suspended', suspended_until: '2027-01-01' },
      {
        resource_id: '1',
        channel: 'sms',
        status: 'subscribed',
        contact: { field: 'phones' },
        reason: 'asked at the fair',
      },
    ],
  });
});
test('to resume makes no subscription, and to subscribe needs a reason', () => {
  const resume: Change = { ...(changes[4] as Change & { kind: 'subscription' }), act: 'resume' };
  expect(bodyOf({}, [resume], fields, '').subscriptions).toEqual([
    { resource_id: '1', channel: 'email', status: 'subscribed' },
  ]);
  expect(
    wrongOf({ ...(changes[5] as Change & { kind: 'subscription' }), reason: ' ' }, fields),
  ).toBe('reason');
});
test('nothing unfinished is sent', () => {
  expect(wrongOf({ key: 1, kind: 'field', field: '', action: 'set', draft: '' }, fields)).toBe(
    'field',
  );
  expect(wrongOf({ key: 1, kind: 'field', field: 'note', action: 'set', draft: ' ' }, fields)).toBe(
    'value',
  );
  expect(wrongOf({ key: 1, kind: 'status', status: '' }, fields)).toBe('status');
  expect(wrongOf({ key: 1, kind: 'delete' }, fields)).toBeNull();
});
test('what the API said finds its change', () => {
  expect(changeAt('/set/interests', changes)?.key).toBe(2);
  expect(changeAt('/subscriptions/1/status', changes)?.key).toBe(6);
  expect(changeAt('/add_to_segments/0', changes)?.key).toBe(4);
  expect(changeAt('/condition', changes)).toBeUndefined();
});
test('what can be done depends on the type', () => {
  expect(actionsOf(field('x', 'tags'))[0]).toBe('add');
  expect(actionsOf(field('x', 'email'))).toEqual(['set']);
  expect(actionsOf({ ...field('x', 'integer'), unique: true })).not.toContain('incr');
});
