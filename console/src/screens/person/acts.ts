// What can be done with a subscription. The answer is said in a toast, and the card is read again.
import { api } from '../../api/client';
import { explain } from '../../api/explain';
import { outcome, type Problem } from '../../api/outcome';
import { toasts } from '../../kit/toasts.svelte';
import { say } from '../../messages/index.svelte';
import type { Card } from './card.svelte';
import { naming, type Subscription } from './subscription';

export interface Change {
  status: string;
  reason?: string;
  suspended_until?: string;
  resubscribe?: true;
}

/** Null when it is done, else what stood against it; then nothing is said here. */
export async function change(
  card: Card,
  one: Subscription,
  changes: Change,
): Promise<Problem | null> {
  const answer = await outcome(
    api.PUT('/v1/databases/{db}/profiles/{id}/subscriptions', {
      params: { path: card.path, header: card.etag ? { 'If-Match': card.etag } : {} },
      body: { ...naming(one), ...changes } as never,
    }),
  );
  if (!answer.ok) {
    // The card is old: what is new is shown, and the person decides again.
    if (answer.problem.status === 412) void card.refresh();
    return answer.problem;
  }
  toasts.add(
    say().subs.done(say().status[changes.status as keyof ReturnType<typeof say>['status']]),
  );
  await card.refresh();
  return null;
}

export async function resume(card: Card, one: Subscription) {
  const problem = await change(card, one, { status: 'subscribed' });
  if (problem) toasts.add(explain(problem), 'bad');
}

export async function askAgain(card: Card, one: Subscription) {
  const answer = await outcome(
    api.POST('/v1/databases/{db}/profiles/{id}/subscriptions/confirmation', {
      params: { path: card.path },
      body: { id: one.id },
    }),
  );
  if (!answer.ok) {
    toasts.add(explain(answer.problem), 'bad');
    return;
  }
  const words = say().subs;
  const asked = answer.data.items[0];
  const reason = asked?.reason ? (words.confirmReasons[asked.reason] ?? '') : '';
  if (asked?.state === 'queued') toasts.add(words.asked);
  else
    toasts.add(`${asked?.state === 'held' ? words.held : words.refused}. ${reason}`.trim(), 'bad');
  await card.refresh();
}
