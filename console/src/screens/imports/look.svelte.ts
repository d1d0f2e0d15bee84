// A file that is looked at: how it was read, the settings that are chosen, and what would come of it.
import { api } from '../../api/client';
import { outcome, type Problem } from '../../api/outcome';
import { Turns } from '../../api/turns';
import type { Import, Preview, Settings, Target } from './import';

export class Look {
  preview = $state.raw<Preview | null>(null);
  problem = $state<Problem | null>(null);
  refused = $state<Problem | null>(null);
  busy = $state(false);
  starting = $state<'dry' | 'real' | null>(null);
  mapping = $state.raw<Target[]>([]);
  settings = $state.raw<Settings>({});
  /** Whether something was chosen that would be lost. */
  touched = $state(false);
  #turns = new Turns();

  constructor(
    readonly db: string,
    readonly id: string,
  ) {}

  /** All that is chosen, as the API takes it. */
  get body(): Settings {
    const chosen = Object.fromEntries(
      Object.entries(this.settings).filter(([, value]) => value !== undefined && value !== ''),
    );
    return {
      ...chosen,
      // By place: two columns may have one name.
      mapping: this.mapping.map((to, index) => ({ column: index + 1, to })),
    };
  }

  /** Reads the file for the first time, and takes what is proposed. */
  async read() {
    const answer = await this.#ask({});
    if (!answer) return;
    const { mapping: _proposed, ...others } = answer.proposals.settings;
    void _proposed;
    this.settings = others;
    this.mapping = answer.columns.map(
      (_, index) =>
        answer.proposals.columns.find((one) => one.column === index + 1)?.to ?? 'ignore',
    );
    this.preview = answer;
  }

  map(index: number, to: Target) {
    this.mapping = this.mapping.map((now, at) => (at === index ? to : now));
    void this.check();
  }

  /** What a control gives is any text; the server says what is wrong with it. */
  set(changes: { [name in keyof Settings]?: unknown }) {
    this.settings = { ...this.settings, ...changes } as Settings;
    void this.check();
  }

  /** Asks what would come of the first rows by what is chosen. */
  async check() {
    this.touched = true;
    const answer = await this.#ask(this.body);
    if (answer && this.preview) this.preview = { ...this.preview, check: answer.check };
  }

  async start(dry: boolean): Promise<Import | null> {
    this.starting = dry ? 'dry' : 'real';
    const answer = await outcome(
      api.POST('/v1/databases/{db}/imports/{id}/start', {
        params: { path: { db: this.db, id: this.id } },
        body: { ...this.body, ...(dry ? { dry_run: true } : {}) },
      }),
    );
    this.starting = null;
    this.refused = answer.ok ? null : answer.problem;
    if (!answer.ok) return null;
    this.touched = false;
    // The document has a row of text beside it, as a start that streams answers.
    return answer.data as Import;
  }

  async #ask(body: Settings): Promise<Preview | null> {
    const stands = this.#turns.begin();
    this.busy = true;
    const answer = await outcome(
      api.POST('/v1/databases/{db}/imports/{id}/preview', {
        params: { path: { db: this.db, id: this.id } },
        body,
      }),
    );
    if (!stands()) return null;
    this.busy = false;
    this.problem = answer.ok ? null : answer.problem;
    return answer.ok ? (answer.data as Preview) : null;
  }
}
