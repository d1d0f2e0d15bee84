// A segment, and the job that refreshes it.
import type { components } from '../../api/schema';

export type Segment = components['schemas']['Segment'];
export type Job = components['schemas']['Job'];
export const kinds = ['dynamic', 'updatable', 'static'] as const;

/** Whether a job is still at work or waits to go on. */
export const alive = (job: Job) => ['queued', 'running', 'paused'].includes(job.state);
