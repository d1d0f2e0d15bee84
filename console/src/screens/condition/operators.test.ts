// What is chosen on the screen and what the API is asked are the same thing.
import { expect, test } from 'vitest';
import { filled, operatorOf, operatorsOf, testOf } from './operators';
import { subjectOf, whole } from './subject';
import { newTest } from './tree';

const types = ['string', 'email', 'ip', 'integer', 'float', 'date', 'boolean', 'enum', 'tags'];

test('each comparison that is offered is recognized again', () => {
  for (const type of [...types, 'phones', 'object', 'made'])
    for (const system of [false, true]) {
      const kind = { type, system };
      for (const operator of operatorsOf(kind)) {
        const made = testOf(operator, kind, undefined, true);
        expect(operatorOf(made.json, made.negated, kind), `${type} ${operator}`).toBe(operator);
      }
    }
});
test('a value goes along where it suits the next comparison', () => {
  const text = { type: 'string', system: false };
  expect(testOf('in', text, 'Paris', true).json).toEqual({ in: ['Paris'], ignore_case: true });
  expect(testOf('eq', text, ['Paris', 'Lyon'], false).json).toEqual({ eq: 'Paris' });
  const date = { type: 'date', system: false };
  expect(testOf('between', date, '2026-05-01', false).json).toEqual({
    between: ['2026-05-01', ''],
  });
  expect(testOf('lt', date, '30d', false).json).toEqual({ lt: '' });
  expect(testOf('older_than', date, '7d', false).json).toEqual({ older_than: '7d' });
});
test('one option is that option, several are a list', () => {
  const plan = { type: 'enum', system: false };
  expect(testOf('in', plan, ['free'], false).json).toEqual({ eq: 'free' });
  expect(testOf('!in', plan, ['free', 'pro'], false)).toEqual({
    json: { in: ['free', 'pro'] },
    negated: true,
  });
  expect(operatorOf({ eq: 'free' }, false, plan)).toBe('in');
  expect(operatorOf({ ne: 'free' }, false, plan)).toBe('!in');
});
test('what only events write is there or missing, never no', () => {
  const clicked = { type: 'boolean', system: true };
  expect(testOf('no', clicked, undefined, false).json).toEqual({ exists: false });
  expect(testOf('no', { type: 'boolean', system: false }, undefined, false).json).toEqual({
    eq: false,
  });
});
test('half a value is none', () => {
  for (const value of ['', '  ', [], ['1', ''], null, undefined, { within_days: '' }])
    expect(filled(value), JSON.stringify(value)).toBe(false);
  for (const value of [0, false, 'd', ['a'], { within_days: 0 }])
    expect(filled(value), JSON.stringify(value)).toBe(true);
});
test('what a condition is about', () => {
  expect(subjectOf({})).toBe('none');
  expect(subjectOf({ field: 'a', eq: 1 })).toBe('field');
  expect(subjectOf({ field: 'a', sounds_like: 1 })).toBe('unknown');
  expect(subjectOf({ segment: 3 })).toBe('unknown');
  expect(subjectOf({ deliverable: { channel: 'email' } })).toBe('deliverable');
  expect(whole(newTest({ deliverable: {} }))).toBe(true);
  expect(whole(newTest({ event: { type: [], last: '30d' } }))).toBe(false);
  expect(whole(newTest({ event: { type: ['a'], count: { ge: '' } } }))).toBe(false);
  expect(whole(newTest({ relation: { type: '1', with: null } }))).toBe(false);
  expect(whole(newTest({ relation: { type: '1', with: {} } }))).toBe(true);
});
