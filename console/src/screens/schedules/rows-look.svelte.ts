// Rows of a database of others that are looked at before a schedule reads them.
import { api } from '../../api/client';
import { outcome, type Outcome } from '../../api/outcome';
import { previewOf, type Preview, type Rules, type Settings } from '../imports/import';
import { Look } from '../imports/look.svelte';
import { rulesOf } from './rules';
import { rowsOf, type Source } from './schedule';

type Untyped = Record<string, never>;

export class RowsLook extends Look {
  /** What was chosen before, by the names of columns. */
  #kept: Settings;
  #same: boolean;
  /** Rules that no column of the first rows has: their rows may come later. */
  #others: Rules = [];
  #begun = false;

  /** `source` is what was chosen when it was looked at, `now` what is chosen by now: key and
   *  watermark may be others. `same` says that `kept` was chosen for these rows: a column that it
   *  doesn't name is left out then. */
  constructor(
    db: string,
    readonly source: Source,
    readonly now: () => Source,
    kept: Settings,
    same: boolean,
  ) {
    super(db);
    this.#kept = { ...kept };
    // There is no file, and a schedule writes.
    delete this.#kept.file;
    delete this.#kept.dry_run;
    this.#same = same;
  }

  /** Nothing is to be chosen any more: all of it was chosen before, for these rows. */
  get settled(): boolean {
    return this.#same && this.#chosen && !this.touched;
  }

  get #chosen(): boolean {
    return Array.isArray(this.#kept.mapping);
  }

  protected async see(body: Settings): Promise<Outcome<Preview>> {
    return previewOf(
      await outcome(
        api.POST('/v1/databases/{db}/schedules/preview', {
          params: { path: { db: this.db } },
          body: {
            // The document leaves both untyped.
            source: rowsOf(this.now().rows) as unknown as Untyped,
            ...(this.#begun ? { settings: body as unknown as Untyped } : {}),
          },
        }),
      ),
    );
  }

  protected override rules(): Rules {
    return [...super.rules(), ...this.#others];
  }

  override async read() {
    await super.read();
    if (!this.preview || !this.#chosen) return;
    await this.look();
  }

  protected override begin(preview: Preview) {
    super.begin(preview);
    this.#begun = true;
    const { mapping, ...rest } = this.#kept;
    if (!Array.isArray(mapping)) return;
    const { rules, others } = rulesOf(mapping, preview.columns);
    this.settings = rest;
    this.#others = this.#same ? others : others.filter(({ column }) => isPointer(column));
    this.mapping = this.mapping.map(
      (proposed, index) => rules[index] ?? (this.#same ? 'ignore' : proposed),
    );
  }
}

const isPointer = (column: string | number) => String(column).startsWith('/');
