// A subscription as the API shows it. The document calls it an object; these are the members we read.
export interface Subscription {
  id: string;
  resource_id: string;
  channel: string;
  email?: string;
  phone?: string;
  provider?: string;
  subscription_id?: string;
  cc_data?: { id?: string | number } & Record<string, unknown>;
  status: string;
  status_by?: string | null;
  left_by?: string | null;
  left_at?: string | null;
  suspended_until?: string | null;
  cats?: string[];
  left_cats?: { name: string; left_by?: string | null; left_at?: string | null }[];
  reg_info?: { date?: string | null; ip?: string | null; url?: string | null };
  deleted?: boolean;
  created_at?: string;
}

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

/** A suspension whose day has come is over, though the next tick only writes it. */
export function statusNow(one: Subscription, now = Date.now()): string {
  const over =
    one.status === 'suspended' && one.suspended_until && Date.parse(one.suspended_until) <= now;
  return over ? 'subscribed' : one.status;
}
