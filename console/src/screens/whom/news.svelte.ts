// Who of a database changed since a list of its people was read. One stream, open only while the tab
// is in sight; what happens meanwhile is heard of afterwards, since it goes on from the last change.
import { SvelteSet } from 'svelte/reactivity';
import type { components } from '../../api/schema';
import { idle } from '../../app/idle';

/** So many are counted; more than that is "more than". */
export const MOST = 100;
/** Between two tries, in milliseconds: more with each that failed, up to the second. */
const PAUSE = 5_000;
const LONGEST = 60_000;
/** What the list itself needs comes first. */
const LATER = 2_500;
/** Seconds after which the server ends a stream, to be asked for again. */
const WAIT = 60;

/** What of a person may stand in a list. */
const kinds = [
  'profile.created',
  'profile.updated',
  'profile.deleted',
  'profile.event',
  'profile.merged',
  'profile.restored',
  'profile.erased',
  'relation.changed',
  'segment.entered',
  'segment.left',
  'control_group.changed',
] as const;

type Entry = Pick<components['schemas']['HistoryEntry'], 'kind' | 'profile_id'> & {
  changes: { field?: string }[];
};

/** A mailing writes of everybody that they were sent something; that they are reached no more is news. */
export const isNews = ({ kind, changes }: Entry): boolean =>
  kind !== 'profile.event' || changes.some((one) => one.field?.startsWith('subscriptions'));

export class News {
  #people = new SvelteSet<string>();
  /** How many people changed; `MOST + 1` for more. */
  readonly count = $derived(this.#people.size);
  #address: string;
  /** The last change that is known of; from there on it is listened. */
  #last: string | null = null;
  #stream: EventSource | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked: AbortController | null = null;
  #begunAt = 0;
  #failures = 0;
  #over = true;

  constructor(db: string) {
    this.#address = `/v1/databases/${db}/profiles/events`;
  }

  /** Listens until what is given back is called. */
  listen(): () => void {
    this.#over = false;
    const seen = () => (document.hidden ? this.#rest() : this.#soon(0));
    document.addEventListener('visibilitychange', seen);
    return () => {
      this.#over = true;
      document.removeEventListener('visibilitychange', seen);
      this.#rest();
    };
  }

  /** The list was read: what changed before is in it. */
  read() {
    this.#people.clear();
    if (this.#stream) return;
    this.#last = null;
    this.#rest();
    this.#soon(LATER);
  }

  #rest() {
    clearTimeout(this.#timer);
    this.#asked?.abort();
    this.#stream?.close();
    this.#stream = null;
  }

  #soon(wait: number) {
    if (this.#over || document.hidden || this.count > MOST) return;
    clearTimeout(this.#timer);
    // Never sooner after the last try than the pause.
    const pause = Math.min(PAUSE * 2 ** this.#failures, LONGEST);
    const left = this.#begunAt ? this.#begunAt + pause - Date.now() : 0;
    this.#timer = setTimeout(() => idle(() => void this.#begin()), Math.max(wait, left));
  }

  #failed() {
    this.#rest();
    this.#failures += 1;
    this.#soon(0);
  }

  async #begin() {
    if (this.#over || document.hidden || this.#stream || this.count > MOST) return;
    this.#begunAt = Date.now();
    if (this.#last === null) {
      this.#asked?.abort();
      const asked = (this.#asked = new AbortController());
      const last = await newest(this.#address, asked.signal);
      if (asked.signal.aborted) return;
      if (last === null) {
        this.#failed();
        return;
      }
      this.#last = last;
    }
    const stream = new EventSource(`${this.#address}?after=${this.#last}&wait=${WAIT}`);
    this.#stream = stream;
    stream.addEventListener('open', () => (this.#failures = 0));
    // The browser would come again by itself, but too often where there is no server.
    stream.addEventListener('error', () => this.#failed());
    for (const kind of kinds)
      stream.addEventListener(kind, (event: MessageEvent<string>) => this.#hear(event));
  }

  #hear(event: MessageEvent<string>) {
    this.#last = event.lastEventId || this.#last;
    const entry = JSON.parse(event.data) as Entry;
    if (!entry.profile_id || !isNews(entry)) return;
    this.#people.add(entry.profile_id);
    // More than that changes nothing of what is said.
    if (this.count > MOST) this.#rest();
  }
}

/** The id of the newest change. Asked past the API's client: a session that ended isn't renewed for it. */
async function newest(address: string, signal: AbortSignal): Promise<string | null> {
  try {
    const answer = await fetch(`${address}?wait=0`, { signal });
    if (!answer.ok) return null;
    return /^id: *(\d+)/m.exec(await answer.text())?.[1] ?? null;
  } catch {
    return null;
  }
}
