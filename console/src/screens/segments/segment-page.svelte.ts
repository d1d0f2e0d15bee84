// One segment on its page: what it is, its refresh at work, and whether somebody is put in or taken out.
import { api } from '../../api/client';
import { outcome, type Problem } from '../../api/outcome';
import { alive, type Job, type Segment } from './segment';

const PAUSE = 700;

export class SegmentPage {
  segment = $state.raw<Segment | null>(null);
  etag = $state<string | null>(null);
  problem = $state<Problem | null>(null);
  busy = $state(false);
  job = $state.raw<Job | null>(null);
  jobProblem = $state<Problem | null>(null);
  /** Counts what changed who is in it, so that what is shown of it is read again. */
  changes = $state(0);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(
    readonly db: string,
    readonly id: string,
  ) {}

  get path() {
    return { db: this.db, id: this.id };
  }

  get working(): boolean {
    return this.job !== null && alive(this.job);
  }

  async read() {
    this.busy = true;
    const answer = await outcome(
      api.GET('/v1/databases/{db}/segments/{id}', { params: { path: this.path } }),
    );
    this.busy = false;
    this.problem = answer.ok ? null : answer.problem;
    if (!answer.ok) return;
    this.segment = answer.data;
    this.etag = answer.etag;
    if (answer.data.kind === 'updatable' && answer.data.refresh_job && !this.job)
      void this.#follow();
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async refresh() {
    const answer = await outcome(
      api.POST('/v1/databases/{db}/segments/{id}/refresh', { params: { path: this.path } }),
    );
    // With `wait` it would be lines of text; without it, it is the job.
    if (!answer.ok) this.#take(answer);
    else if (typeof answer.data !== 'string') this.#take({ ok: true, data: answer.data });
  }

  async act(what: 'pause' | 'resume' | 'cancel') {
    const path = { params: { path: this.path } };
    const asked =
      what === 'pause'
        ? api.POST('/v1/databases/{db}/segments/{id}/refresh/pause', path)
        : what === 'resume'
          ? api.POST('/v1/databases/{db}/segments/{id}/refresh/resume', path)
          : api.POST('/v1/databases/{db}/segments/{id}/refresh/cancel', path);
    this.#take(await outcome(asked));
  }

  /** So many are in it now. */
  count(members: number) {
    if (this.segment) this.segment = { ...this.segment, members };
  }

  /** Others are in it than before: what is shown of them is read again. */
  moved(members: number) {
    this.count(members);
    this.changes += 1;
  }

  async #follow() {
    this.#take(
      await outcome(
        api.GET('/v1/databases/{db}/segments/{id}/refresh', { params: { path: this.path } }),
      ),
    );
  }

  #take(answer: { ok: true; data: Job } | { ok: false; problem: Problem }) {
    const worked = this.working;
    this.jobProblem = answer.ok ? null : answer.problem;
    if (answer.ok) {
      this.job = answer.data;
      if (worked && !this.working) {
        this.changes += 1;
        void this.read();
      }
    }
    clearTimeout(this.#timer);
    // A server that can't be reached is asked again, less often.
    const again = this.working || (worked && !answer.ok);
    if (again && !this.#stopped && this.job?.state !== 'paused')
      this.#timer = setTimeout(() => void this.#follow(), answer.ok ? PAUSE : PAUSE * 5);
  }
}
