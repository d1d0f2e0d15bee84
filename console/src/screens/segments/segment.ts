// A segment as the screens read it; the document has its condition and window as plain objects.
import type { components } from '../../api/schema';

export type Segment = components['schemas']['Segment'];
export type Job = components['schemas']['Job'];
export const kinds = ['dynamic', 'updatable', 'static'] as const;

/** Whether a job is still at work or waits to go on. */
export const alive = (job: Job) => ['queued', 'running', 'paused'].includes(job.state);
