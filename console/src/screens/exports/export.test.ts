// An export as the API takes it.
import { expect, test } from 'vitest';
import { bodyOf, reachable, type Draft } from './export';

const draft: Draft = {
  columns: ['email', '_fname'],
  contacts: [],
  deliverable: true,
  format: 'csv',
  delimiter: 'semicolon',
  bom: true,
  gzip: false,
  name: ' May ',
};

test('without contacts nobody is left out', () => {
  expect(bodyOf({ segment: '3' }, draft)).toEqual({
    segment: '3',
    fields: ['email', '_fname'],
    subscriptions: 'none',
    format: 'csv',
    delimiter: 'semicolon',
    bom: true,
    name: 'May',
  });
});
test('contacts are those that may be sent to, unless all are asked for', () => {
  const contacts = [{ resource: '1', channel: 'email' }];
  const test = { deliverable: { resource_id: '1', channel: 'email' } };
  expect(bodyOf({ condition: { segment: '2' } }, { ...draft, contacts }).condition).toEqual({
    all: [{ segment: '2' }, test],
  });
  const all = bodyOf({}, { ...draft, contacts, deliverable: false });
  expect(all.condition).toBeUndefined();
  expect(all.subscriptions).toEqual([
    { resource_id: '1', channel: 'email', deliverable: false, statuses: true },
  ]);
  expect(
    reachable({ deliverable: true, contacts: [...contacts, { resource: '1', channel: 'sms' }] }),
  ).toHaveProperty('any');
});
test('tabs make a TSV, and tables of spreadsheets have no delimiter', () => {
  expect(bodyOf({}, { ...draft, format: 'tsv' })).toMatchObject({
    format: 'csv',
    delimiter: 'tab',
  });
  const xlsx = bodyOf({}, { ...draft, format: 'xlsx' });
  expect(xlsx).not.toHaveProperty('delimiter');
  expect(xlsx).not.toHaveProperty('bom');
});
