// Reasons are said in the reader's language where all their parts are known.
import { expect, test } from 'vitest';
import { en } from '../../messages/en';
import { ru } from '../../messages/ru';
import { sentenceOf } from './clue';
import type { Proposal } from './import';

const proposal = (...reasons: Proposal['reasons']) =>
  ({ column: 1, to: 'ignore', reason: 'In English.', confidence: 'high', reasons }) as Proposal;
const name = (field: string) => (field === 'email' ? 'E-mail' : field);

test('several reasons are several sentences', () => {
  const one = proposal(
    { code: 'usual_name', column: 'Почта', field: 'email' },
    { code: 'half_fit', count: 8, total: 9, look: 'email' },
  );
  expect(sentenceOf(one, en, name)).toBe(
    '“Почта” is a usual name for E-mail. Only 8 of 9 values look like e-mail addresses.',
  );
  expect(sentenceOf(one, ru, name)).toMatch(/^«Почта» – обычное название.*Только 8 из 9/);
});
test('what is not known is left to the API', () => {
  expect(sentenceOf(proposal({ code: 'something_new' }), en, name)).toBe(null);
  expect(sentenceOf(proposal(), en, name)).toBe(null);
});
