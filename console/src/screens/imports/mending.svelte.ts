// Rows that failed, while they are mended: what is typed stays until it is loaded.
import { SvelteMap } from 'svelte/reactivity';
import { api } from '../../api/client';
import { outcome, type Problem } from '../../api/outcome';
import { say } from '../../messages/index.svelte';
import type { Import, Settings } from './import';
import { reportCell, shownCell, writeReport, type BadRow, type BadRows } from './rows';
import { upload } from './upload';

/** The imports by which this tab mended rows of another, by that one: the API has no way there. */
const mendings = new SvelteMap<string, { id: string; name: string }[]>();
export const mendingsOf = (db: string, id: string) => mendings.get(`${db}/${id}`) ?? [];

export class Mending {
  /** What was typed: by the row's place and the cell's. */
  typed = new SvelteMap<string, string>();
  problem = $state<Problem | null>(null);
  busy = $state(false);
  share = $state(0);
  /** What was sent already, if only its start failed. */
  #sent: { id: string; name: string; text: string } | null = null;

  constructor(
    readonly db: string,
    readonly job: Import,
    readonly report: BadRows,
  ) {}

  value(row: number, cell: number): string {
    return this.typed.get(`${row}/${cell}`) ?? shownCell(this.report.rows[row]?.cells[cell] ?? '');
  }

  type(row: number, cell: number, text: string) {
    const key = `${row}/${cell}`;
    if (text === shownCell(this.report.rows[row]?.cells[cell] ?? '')) this.typed.delete(key);
    else this.typed.set(key, text);
  }

  isTyped(row: number, cell: number): boolean {
    return this.typed.has(`${row}/${cell}`);
  }

  /** The places of the rows in which something was typed. */
  get mended(): number[] {
    const places = [...this.typed.keys()].map((key) => Number(key.split('/')[0]));
    return places.filter((row, index) => places.indexOf(row) === index).sort((a, b) => a - b);
  }

  /** Loads those rows as an import of their own, with the settings of the first. Its id, or null. */
  async load(rows: readonly number[]): Promise<string | null> {
    this.busy = true;
    this.problem = null;
    const id = await this.#load(rows);
    this.busy = false;
    return id;
  }

  async #load(rows: readonly number[]): Promise<string | null> {
    const text = writeReport(
      this.report.names,
      rows.flatMap((row) => this.#row(row) ?? []),
    );
    if (this.#sent?.text !== text) {
      // The name without its ending, and without the word that the last mending put there.
      const [base = ''] = this.job.name.split(/(?: \([^)]*\))?(?:\.[a-z0-9]{2,5})*$/i);
      const name = say().imports.mendedName(base.slice(0, 150));
      const file = new File([text], `${name}.csv`, { type: 'text/csv' });
      const sent = await upload(this.db, [file], (share) => (this.share = share));
      if (!sent.ok) {
        this.problem = sent.problem;
        return null;
      }
      this.#sent = { id: sent.data.id, name: sent.data.name, text };
    }
    const { id, name } = this.#sent;
    const started = await outcome(
      api.POST('/v1/databases/{db}/imports/{id}/start', {
        params: { path: { db: this.db, id } },
        body: { ...settingsAgain(this.job), mends: this.job.id },
      }),
    );
    if (!started.ok) {
      this.problem = started.problem;
      return null;
    }
    const { db, job } = this;
    mendings.set(`${db}/${job.id}`, [...mendingsOf(db, job.id), { id, name }]);
    return id;
  }

  #row(place: number): { about: string[]; cells: string[] } | undefined {
    const row: BadRow | undefined = this.report.rows[place];
    if (!row) return undefined;
    const cells = row.cells.map((cell, index) => {
      const typed = this.typed.get(`${place}/${index}`);
      return typed === undefined ? cell : reportCell(typed);
    });
    return { about: row.about, cells };
  }
}

/** What an import was tried with, for one that writes. */
export function settingsOf(job: Import): Settings {
  const { dry_run: _tried, ...settings } = job.settings;
  void _tried;
  return settings;
}

/** The same for rows that come later: a segment that the first import made can't be made once more. */
export function settingsAgain(job: Import): Settings {
  const { segment, ...settings } = settingsOf(job);
  const known = segment && typeof segment === 'object' && 'id' in segment;
  return { ...settings, ...(known ? { segment } : {}) };
}
