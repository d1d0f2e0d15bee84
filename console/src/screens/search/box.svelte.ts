// The search box of every screen: what stands in it, which of its options is the active one, and what
// keys and clicks do. The markup is in SearchBox and SearchPanel.
import { untrack } from 'svelte';
import { databases, fieldTitle } from '../../app/databases.svelte';
import { place } from '../../app/router.svelte';
import { say } from '../../messages/index.svelte';
import { completions, type Completable, type Completion } from './completion';
import { finder, type Hit } from './finder.svelte';
import { questionOf, searchPath } from './question';

/** So many hits stand below the box; the search page has all. */
const BELOW = 8;

class Box {
  text = $state('');
  active = $state(-1);
  focused = $state(false);
  /** Closed by Escape or by choosing; typing opens it again. */
  dismissed = $state(false);
  completions = $state.raw<Completion[]>([]);
  input: HTMLInputElement | null = null;
  /** Fields by which one can search: many databases may have many, and they change seldom. */
  #fields = $derived.by(completable);
  /** What was typed last: the address follows it, never the other way round. */
  #typed: string | null = null;
  /** Where it was last; what was searched for is done with once one works on something else. */
  #path = '';

  get onPage(): boolean {
    return place.path === '/search';
  }
  get open(): boolean {
    return !this.onPage && this.focused && this.text.trim() !== '' && !this.dismissed;
  }
  get hits(): Hit[] {
    return this.onPage ? finder.hits : finder.hits.slice(0, BELOW);
  }
  get count(): number {
    return this.hits.length + this.completions.length;
  }
  get activeId(): string | undefined {
    if (this.active < 0 || this.active >= this.count) return undefined;
    return this.active < this.hits.length
      ? `hit-${this.active}`
      : `completion-${this.active - this.hits.length}`;
  }
  /** The address of everything that is found by what is typed. */
  get all(): string {
    return searchPath({ q: this.text, within: 'all', database: '' });
  }

  /** The page's address is what was asked; going back and forth in the browser changes the box. */
  follow() {
    const moved = this.#path !== place.path;
    this.#path = place.path;
    if (!this.onPage) {
      if (moved && !/\/profiles\//.test(place.path) && !untrack(() => this.focused)) this.text = '';
      return;
    }
    const question = questionOf(place.query);
    // What somebody is typing is ahead of the address, never behind it.
    if (question.q !== this.#typed) this.text = question.q;
    this.#typed = question.q;
    finder.ask(question);
  }

  complete() {
    this.completions = completions(this.text, this.#fields);
  }

  typed() {
    this.#typed = this.text;
    this.active = -1;
    this.dismissed = false;
    if (this.onPage)
      void place.go(searchPath({ ...questionOf(place.query), q: this.text }), { replace: true });
    else finder.ask({ q: this.text, within: 'all', database: '' });
  }

  write(q: string) {
    this.text = q;
    this.input?.focus();
    this.typed();
  }

  leave() {
    this.dismissed = true;
    this.active = -1;
    this.input?.blur();
  }

  pressed(event: KeyboardEvent) {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      this.dismissed = false;
      this.#move(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      this.#enter();
    } else if (event.key === 'Escape') {
      if (this.active >= 0) this.active = -1;
      else if (this.open) this.dismissed = true;
      else if (this.text) this.write('');
      else this.input?.blur();
    }
  }

  #move(step: number) {
    if (!this.count) return;
    const next = this.active + step;
    this.active = next < -1 ? this.count - 1 : next >= this.count ? -1 : next;
    if (this.activeId) document.getElementById(this.activeId)?.scrollIntoView({ block: 'nearest' });
  }

  #enter() {
    if (this.activeId && this.active < this.hits.length) {
      const hit = this.hits[this.active]!;
      this.leave();
      void place.go(`/databases/${hit.database.id}/profiles/${hit.profile.id}`);
    } else if (this.activeId) this.write(this.completions[this.active - this.hits.length]!.q);
    else if (!this.onPage && this.text.trim()) {
      this.dismissed = true;
      void place.go(this.all);
    }
  }
}

/** The fields of all databases by which one can search, each once. */
function completable(): Completable[] {
  const known: Record<string, Completable> = {};
  for (const database of databases.list)
    for (const field of database.fields)
      if (!field.system)
        known[field.name] ??= {
          name: field.name,
          title: fieldTitle(field.name, field),
          values: field.options,
        };
  known._status = {
    name: '_status',
    title: say().fields._status!,
    values: Object.keys(say().status),
  };
  return Object.values(known);
}

export const box = new Box();
