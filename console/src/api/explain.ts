// A problem in the reader's language. The API's own English detail stands in where we have no words.
import { say, spoken } from '../messages/index.svelte';
import type { Problem, WrongValue } from './outcome';

export function explain(problem: Problem): string {
  const words = say().problems;
  if (problem.code === 'network') return words.network;
  if (problem.code === 'missing_scope' || problem.code === 'forbidden') return words.forbidden;
  const own = say().codes[problem.code];
  if (own) return own;
  if (problem.status === 404) return words.not_found;
  if (problem.status === 412 || problem.status === 409) return words.conflict;
  if (problem.status === 429 || problem.status === 503 || problem.status === 504) return words.busy;
  if (problem.status >= 500) {
    const reference = problem.reference;
    return typeof reference === 'string'
      ? `${words.internal} ${words.reference(reference)}`
      : words.internal;
  }
  const first = problem.errors?.[0];
  if (first) return explainValue(first);
  return (spoken() === 'en' && problem.detail) || words.other;
}

/** What is wrong with one value; `type` is its field's. */
export function explainValue(wrong: WrongValue, type?: string): string {
  if (wrong.code === 'wrong_type' && type) {
    const words = say().wrongType;
    return words[type as keyof typeof words] ?? words.other;
  }
  return say().wrong[wrong.code] ?? wrong.detail;
}

/** The wrong values that lie at or under a place such as `/data/email`. */
export function wrongAt(problem: Problem | null, pointer: string): WrongValue | undefined {
  return problem?.errors?.find(
    (wrong) => wrong.pointer === pointer || wrong.pointer?.startsWith(`${pointer}/`),
  );
}

/** The sentence for what is wrong at such a place; nothing where it is right. */
export function explainAt(problem: Problem | null, pointer: string): string | undefined {
  const wrong = wrongAt(problem, pointer);
  return wrong && explainValue(wrong);
}
