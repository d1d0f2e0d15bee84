// What all parts of one builder share: the names that they use, and what is wrong where.
import { getContext, setContext } from 'svelte';
import { explainValue, wrongAt } from '../../api/explain';
import type { Problem } from '../../api/outcome';
import { say } from '../../messages/index.svelte';
import { whole, type Subject } from './subject';
import type { Test } from './tree';
import { vocabularyOf, type Vocabulary } from './vocabulary.svelte';

export class Builder {
  readonly words: Vocabulary;
  problem = $state<Problem | null>(null);
  places = $state.raw<ReadonlyMap<number, string> | null>(null);
  /** Somebody wanted to go on: what isn't finished is marked from now on. */
  asked = $state(false);

  constructor(
    readonly db: string,
    /** What can't be asked here. */
    readonly without: readonly Subject[],
    /** The segment whose condition it is, which is no part of itself. */
    readonly segment: string | undefined,
    readonly pointer: string,
  ) {
    this.words = vocabularyOf(db);
  }

  /** What is wrong with a test, as a sentence. */
  wrong(test: Test): string | undefined {
    const at = this.places?.get(test.id);
    if (at !== undefined && whole(test)) {
      const found = wrongAt(this.problem, this.pointer + at);
      const field = this.words.field(String(test.json.field));
      if (found) return say().condition.wrong[found.code] ?? explainValue(found, field?.type);
    }
    return this.asked && !whole(test) ? say().condition.unfinished : undefined;
  }
}

const KEY = Symbol('builder');
export const shareBuilder = (builder: Builder) => setContext(KEY, builder);
export const builder = () => getContext<Builder>(KEY);
