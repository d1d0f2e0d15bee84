// A report says what is real and what can be chance.
import { expect, test } from 'vitest';
import { en } from '../../messages/en';
import { verdictOf, type ReportEvent } from './report';

const side = { people: 1, events: 1, value: 0, rate: 0.1 };
const event = (absolute: number, lower: number, upper: number): ReportEvent =>
  ({
    type: 'purchase',
    control: side,
    rest: side,
    uplift: { absolute, relative: null, interval: { lower, upper }, smallest: 0.08 },
  }) as ReportEvent;

test('a difference whose interval leaves out zero is real', () => {
  expect(verdictOf(event(0.043, 0.01, 0.07), en, 'en')).toEqual({
    type: 'purchase',
    text: 'purchase: with messages 4.3 percentage points more.',
    note: 'The difference is real: it lies between 1 and 7 points.',
    tone: 'good',
  });
  expect(verdictOf(event(-0.043, -0.07, -0.01), en, 'en').tone).toBe('bad');
});
test('others can be chance, and the report says what it could show', () => {
  const verdict = verdictOf(event(0.01, -0.02, 0.04), en, 'en');
  expect(verdict.tone).toBe('rest');
  expect(verdict.note).toMatch(/chance.*from 8 points on/);
  expect(verdictOf({ type: 'x', control: side, rest: side, uplift: null }, en, 'en').note).toMatch(
    /too small/,
  );
});
