// Addresses under /console/: where we are, how to go elsewhere, and who may object to leaving.
import { untrack } from 'svelte';

const BASE = import.meta.env.BASE_URL;

/** What the browser keeps with a place that was visited. */
interface Visit {
  index?: number;
  kept?: Kept;
}
/** What goes with an address but doesn't belong into it, since it may name people. */
export interface Kept {
  condition?: Record<string, unknown>;
}
const visit = () => history.state as Visit | null;

class Place {
  url = $state.raw(new URL(location.href));
  /** Asked before the page is left; a screen with unsaved text puts itself here. */
  guard: (() => Promise<boolean>) | null = null;
  /** Survives a reload of this tab and is nowhere else. */
  kept = $state.raw<Kept>(visit()?.kept ?? {});
  #index = visit()?.index ?? 0;

  get path(): string {
    return this.url.pathname.slice(BASE.length - 1);
  }

  get query(): URLSearchParams {
    return this.url.searchParams;
  }

  async go(to: string, how: { replace?: boolean; kept?: Kept } = {}) {
    const url = new URL(href(to), location.href);
    // Who goes somewhere doesn't depend on where they are.
    const here = untrack(() => this.url);
    if (url.href === here.href) return;
    const leaves = url.pathname !== here.pathname;
    if (leaves && this.guard && !(await this.guard())) return;
    if (!how.replace) this.#index += 1;
    const kept = how.kept ?? (how.replace && !leaves ? untrack(() => this.kept) : {});
    const state: Visit = { index: this.#index, kept };
    this.kept = kept;
    history[how.replace ? 'replaceState' : 'pushState'](state, '', url);
    this.url = url;
    if (leaves) scrollTo(0, 0);
  }

  keep(kept: Kept) {
    this.kept = kept;
    history.replaceState({ ...visit(), kept }, '');
  }

  listen() {
    history.replaceState({ ...visit(), index: this.#index }, '');
    addEventListener('popstate', (event) => void this.#moved(event));
    addEventListener('beforeunload', (event) => this.guard && event.preventDefault());
    document.addEventListener('click', (event) => this.#clicked(event));
  }

  async #moved(event: PopStateEvent) {
    const index = (event.state as Visit | null)?.index ?? 0;
    const there = new URL(location.href);
    if (this.guard && there.pathname !== this.url.pathname) {
      // The browser has gone already: go back first, and there again if nobody objects.
      const steps = index - this.#index;
      const guard = this.guard;
      this.guard = null;
      history.go(-steps);
      await new Promise((back) => addEventListener('popstate', back, { once: true }));
      if (await guard()) history.go(steps);
      else this.guard = guard;
      return;
    }
    this.#index = index;
    this.kept = (event.state as Visit | null)?.kept ?? {};
    this.url = there;
  }

  #clicked(event: MouseEvent) {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const plain =
      event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link || !plain || event.defaultPrevented || link.target || link.hasAttribute('download'))
      return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || !url.pathname.startsWith(BASE)) return;
    if (url.hash && url.pathname === location.pathname) return;
    event.preventDefault();
    void this.go(url.pathname.slice(BASE.length - 1) + url.search);
  }
}

/** The address of a path of the console: `/search` is `/console/search`. */
export function href(path: string): string {
  return BASE.slice(0, -1) + path;
}

export const place = new Place();
