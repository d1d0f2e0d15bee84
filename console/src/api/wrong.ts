// What the server finds wrong with one member of a form, in the reader's words.
import { say } from '../messages/index.svelte';
import { explain, explainValue, wrongAt } from './explain';
import type { Problem } from './outcome';

/** The sentence for a place such as `/name`; nothing where it is right. */
export function wrongOf(problem: Problem | null, pointer: string): string | undefined {
  if (!problem) return undefined;
  // A name that is taken comes as a problem of its own, which says whose name.
  if (problem.code === 'name_taken' && pointer === `/${String(problem.field ?? 'name')}`)
    return say().codes.name_taken;
  const at = wrongAt(problem, pointer);
  if (at) return say().wrongSetting[at.code] ?? explainValue(at);
  const taken = problem.code.endsWith('_taken') && problem.field === pointer.slice(1);
  return taken ? explain(problem) : undefined;
}
