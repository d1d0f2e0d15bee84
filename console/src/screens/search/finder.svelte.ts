// The search that is going on. One for the whole console: the box and the page show the same.
import { api } from '../../api/client';
import { outcome, type Problem } from '../../api/outcome';
import type { components } from '../../api/schema';
import { askedOf } from './question';

export type Hit = components['schemas']['SearchHit'];
export type Within = 'all' | 'profiles' | 'subscriptions';
export interface Question {
  q: string;
  within: Within;
  database: string;
}

const PAUSE = 130;
const PATIENCE = 1500;

class Finder {
  /** What the hits below answer; not yet what is typed while a search is under way. */
  answered = $state.raw<Question | null>(null);
  hits = $state.raw<Hit[]>([]);
  next = $state<string | null>(null);
  problem = $state<Problem | null>(null);
  busy = $state(false);
  slow = $state(false);
  #asked: Question | null = null;
  #abort: AbortController | null = null;
  #pause: ReturnType<typeof setTimeout> | undefined;

  /** Searches after a pause in typing. Hits of before stay until the new ones are there. */
  ask(question: Question, how: { now?: boolean; again?: boolean } = {}) {
    const same = JSON.stringify(question) === JSON.stringify(this.#asked);
    if (same && !how.again && !this.problem) return;
    this.#asked = question;
    clearTimeout(this.#pause);
    this.#abort?.abort();
    if (!question.q.trim()) {
      this.clear();
      return;
    }
    this.busy = true;
    this.#pause = setTimeout(() => void this.#run(question), how.now ? 0 : PAUSE);
  }

  clear() {
    clearTimeout(this.#pause);
    this.#abort?.abort();
    this.#asked = null;
    this.answered = null;
    this.hits = [];
    this.next = null;
    this.problem = null;
    this.busy = false;
    this.slow = false;
  }

  async more() {
    if (!this.#asked || !this.next || this.busy) return;
    await this.#run(this.#asked, this.next);
  }

  async #run(question: Question, cursor?: string) {
    const abort = (this.#abort = new AbortController());
    this.busy = true;
    const patience = setTimeout(() => (this.slow = true), PATIENCE);
    const answer = await outcome(
      api.GET('/v1/search', {
        params: {
          query: {
            ...askedOf(question),
            ...(cursor ? { cursor } : {}),
          },
        },
        signal: abort.signal,
      }),
    );
    clearTimeout(patience);
    // Overtaken by a later one, which has the say now.
    if (abort.signal.aborted) return;
    this.busy = false;
    this.slow = false;
    if (answer.ok) {
      this.hits = cursor ? [...this.hits, ...answer.data.items] : answer.data.items;
      this.next = answer.data.next ?? null;
      this.answered = question;
      this.problem = null;
    } else {
      this.problem = answer.problem;
      // What was found before is no answer to this; a page that couldn't be added leaves the others.
      if (!cursor) {
        this.hits = [];
        this.next = null;
        this.answered = null;
      }
    }
  }
}

export const finder = new Finder();
