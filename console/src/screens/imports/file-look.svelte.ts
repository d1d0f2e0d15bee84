// A file that was uploaded and is looked at before it is loaded.
import { api } from '../../api/client';
import { outcome, type Outcome, type Problem } from '../../api/outcome';
import { previewOf, type Import, type Preview, type Settings } from './import';
import { Look } from './look.svelte';

export class FileLook extends Look {
  refused = $state<Problem | null>(null);
  starting = $state<'dry' | 'real' | null>(null);

  constructor(
    db: string,
    readonly id: string,
  ) {
    super(db);
  }

  protected async see(body: Settings): Promise<Outcome<Preview>> {
    return previewOf(
      await outcome(
        api.POST('/v1/databases/{db}/imports/{id}/preview', {
          params: { path: { db: this.db, id: this.id } },
          body,
        }),
      ),
    );
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
}
