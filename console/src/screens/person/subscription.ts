// A subscription: its contact, how it is named, and its status at this moment.
import type { components } from '../../api/schema';

export type Subscription = components['schemas']['Subscription'];

export function contactOfSubscription(one: Subscription): string {
  return (
    one.email ??
    one.phone ??
    one.subscription_id ??
    (one.cc_data?.id === undefined ? one.channel : String(one.cc_data.id))
  );
}

/** How history names it. */
export function historyName(one: Subscription): string {
  return `subscriptions/${one.resource_id}/${one.channel}/${contactOfSubscription(one)}`;
}

/** The members by which a request names it. */
export function naming(one: Subscription): Record<string, unknown> {
  const names = [
    'resource_id',
    'channel',
    'email',
    'phone',
    'provider',
    'subscription_id',
    'cc_data',
  ] as const;
  return Object.fromEntries(
    names.filter((name) => one[name] !== undefined).map((name) => [name, one[name]]),
  );
}

/** Its status as a word: the type also has the numbers that requests may give. */
export const statusOf = (one: Pick<Subscription, 'status'>): string => String(one.status);

/** A suspension whose day has come is over, though the next tick only writes it. */
export function statusNow(one: Subscription, now = Date.now()): string {
  const over =
    one.status === 'suspended' && one.suspended_until && Date.parse(one.suspended_until) <= now;
  return over ? 'subscribed' : statusOf(one);
}
