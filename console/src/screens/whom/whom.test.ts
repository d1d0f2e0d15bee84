// Whom somebody means, as the API takes it.
import { expect, test } from 'vitest';
import { asCondition, meant, whomOf, type Whom } from './whom';

const nobody: Whom = { kind: '', segment: '', view: '', condition: {} };

test('nothing is meant until somebody chose', () => {
  expect(meant(nobody, [])).toBeNull();
  expect(meant({ ...nobody, kind: 'segment' }, [])).toBeNull();
  expect(meant({ ...nobody, kind: 'condition', condition: null }, [])).toBeNull();
  expect(meant({ ...nobody, kind: 'condition' }, [])).toBeNull();
  expect(meant({ ...nobody, kind: 'everybody' }, [])).toEqual({});
});
test('a segment, a view, a condition', () => {
  expect(meant({ ...nobody, kind: 'segment', segment: '3' }, [])).toEqual({ segment: '3' });
  const views = [{ id: '7', condition: { field: 'x', eq: 1 } }];
  expect(meant({ ...nobody, kind: 'view', view: '7' }, views)).toEqual({
    condition: { field: 'x', eq: 1 },
  });
  expect(meant({ ...nobody, kind: 'view', view: '8' }, views)).toBeNull();
  expect(asCondition({ segment: '3', condition: { field: 'x', eq: 1 } })).toEqual({
    all: [{ segment: '3' }, { field: 'x', eq: 1 }],
  });
});
test('the address says whom, else what is kept with it', () => {
  expect(whomOf(new URLSearchParams('segment=4'), undefined, '').kind).toBe('segment');
  expect(whomOf(new URLSearchParams(), { segment: '1' }, '').kind).toBe('condition');
  expect(whomOf(new URLSearchParams(), undefined, '').kind).toBe('');
});
