// Why a column may be what is proposed, in the reader's language as far as all parts are known.
import type { Clue } from '../../messages/en/clues';
import type { Messages } from '../../messages/en';
import type { Proposal } from './import';

/** Null where the API's own English sentence has to stand in. */
export function sentenceOf(
  proposal: Proposal,
  words: Messages,
  field: (name: string) => string,
): string | null {
  const { reasons } = proposal;
  if (!reasons.length || reasons.some((one) => !words.clues[one.code])) return null;
  return reasons
    .map((one: Clue) =>
      words.clues[one.code]!({ ...one, ...(one.field ? { field: field(one.field) } : {}) }),
    )
    .filter(Boolean)
    .join(' ');
}
