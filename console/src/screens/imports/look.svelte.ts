// What is looked at before it is loaded: its first rows, the settings that are chosen, and what would
// come of it. A file is asked for in one way (file-look.svelte.ts), rows of a database in another.
import type { Outcome, Problem } from '../../api/outcome';
import { Turns } from '../../api/turns';
import type { Preview, Rules, Settings, Target } from './import';

export abstract class Look {
  preview = $state.raw<Preview | null>(null);
  problem = $state<Problem | null>(null);
  busy = $state(false);
  mapping = $state.raw<Target[]>([]);
  settings = $state.raw<Settings>({});
  /** Whether something was chosen that would be lost. */
  touched = $state(false);
  #turns = new Turns();

  constructor(readonly db: string) {}

  /** What there is to see by what is chosen; by what is proposed where nothing is chosen yet. */
  protected abstract see(body: Settings): Promise<Outcome<Preview>>;

  /** All that is chosen, as the API takes it. */
  get body(): Settings {
    const chosen = Object.fromEntries(
      Object.entries(this.settings).filter(([, value]) => value !== undefined && value !== ''),
    );
    return {
      ...chosen,
      mapping: this.rules(),
    };
  }

  /** Where each column goes: by place, since two columns of a file may have one name; of records by
   *  name, since they have no places. */
  protected rules(): Rules {
    const { records = false, columns = [] } = this.preview ?? {};
    return this.mapping.map((to, index) => ({
      column: records ? (columns[index] ?? '') : index + 1,
      to,
    }));
  }

  /** Reads it for the first time, and takes what is proposed. */
  async read() {
    const answer = await this.#ask({});
    if (!answer) return;
    this.begin(answer);
    this.preview = answer;
  }

  /** What is chosen at first. */
  protected begin({ columns, proposals }: Preview) {
    const { mapping: _proposed, ...others } = proposals.settings;
    void _proposed;
    this.settings = others;
    this.mapping = columns.map(
      (_, index) => proposals.columns.find((one) => one.column === index + 1)?.to ?? 'ignore',
    );
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
    await this.look();
  }

  protected async look() {
    const answer = await this.#ask(this.body);
    if (answer && this.preview) this.preview = { ...this.preview, check: answer.check };
  }

  async #ask(body: Settings): Promise<Preview | null> {
    const stands = this.#turns.begin();
    this.busy = true;
    const answer = await this.see(body);
    if (!stands()) return null;
    this.busy = false;
    this.problem = answer.ok ? null : answer.problem;
    return answer.ok ? answer.data : null;
  }
}
