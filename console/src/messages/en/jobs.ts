// Jobs at work, their reports and their undoing, in English.
import { counter } from '../count';

const count = counter('en');

export const jobs = {
  jobs: {
    states: {
      queued: 'Waiting',
      running: 'At work',
      paused: 'Paused',
      completed: 'Done',
      failed: 'Failed',
      cancelled: 'Stopped',
    } as Record<string, string>,
    counts: {
      read: 'People',
      created: 'Put back',
      updated: 'Changed',
      unchanged: 'Unchanged',
      deleted: 'Removed',
      skipped: 'Skipped',
      failed: 'Failed',
      warnings: 'Partly',
      asked: 'Asked',
    } as Record<string, string>,
    queued: 'It begins in a moment',
    working: 'At work',
    paused: 'Paused',
    progress: 'Progress',
    left: (seconds: number) =>
      seconds < 90
        ? `about ${count(seconds, { one: 'second', other: 'seconds' })} left`
        : `about ${count(Math.round(seconds / 60), { one: 'minute', other: 'minutes' })} left`,
    stays: 'You can close this page. The work goes on, and this page shows it again.',
    notAsAsked: 'Not changed as asked',
    downloadReport: 'Download the report',
    noReport: 'The report can’t be shown',
    personGone: 'This person isn’t here any more',
    short: {
      status_protected: 'they left or bounced',
      status_kept: 'the status stays',
      category_left: 'they left the category',
      changed_since: 'changed since',
      would_wake: 'nobody is woken',
      does_not_fit: 'no longer fits',
      nothing_kept: 'nothing was kept',
      no_contact: 'no contact',
      out_of_range: 'out of range',
      too_long: 'too long',
      too_many: 'too many values',
      duplicate: 'value is taken',
      required: 'required',
      suppressed: 'on a suppression list',
    } as Record<string, string>,
    reasons: {
      status_protected: 'The person left, complained or bounced, so the status stays.',
      status_kept: 'The subscription has another status, so it stays as it is.',
      category_left: 'The person left this category.',
      changed_since: 'Somebody has changed it since, so the newer value stays.',
      would_wake: 'The old value would make somebody reachable again, so it stays as it is.',
      does_not_fit: 'The old value no longer fits the field.',
      nothing_kept: 'Nothing of this person was kept, so they can’t be put back.',
      no_contact: 'The person has no contact to subscribe with.',
    } as Record<string, string>,
  },
  undo: {
    act: 'Undo this update',
    undoUndo: 'Take the undoing back',
    of: (name: string) => `Undoing of ${name}`,
    ofNumber: (id: string) => `Undoing of job ${id}`,
    first: (name: string) => `Show what was undone: ${name}`,
    title: 'Undoing',
    text: 'Values, subscriptions and segments become what they were before. What somebody changed since stays, and nobody becomes reachable by it.',
    counts: {
      reverted: 'Changes taken back',
      removed: 'People removed',
      restored: 'People put back',
      memberships: 'Segment memberships taken back',
      kept: 'Changes that stay',
      failed: 'Changes that can’t be taken back',
    },
    lookedAt: (seen: number, all: number) =>
      `These numbers are of the first ${seen} of ${count(all, { one: 'change', other: 'changes' })}.`,
    staysTitle: 'What stays, for example',
    reasons: {
      changed_since: 'was changed since',
      would_wake: 'would become reachable again',
      does_not_fit: 'the old value no longer fits',
    } as Record<string, string>,
    by: (who: string, when: string) => `Begun by ${who}, ended on ${when}.`,
    report: 'Show it with its report',
  },
};
