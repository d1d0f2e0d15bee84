// Why somebody gets no messages, as a sentence. The API says it in parts; a part that it leaves out is left out here.
import type { components } from '../../api/schema';
import { day } from '../../messages/dates';
import type { Messages } from '../../messages/en';
import type { Subscription } from './subscription';

export type Reason = components['schemas']['DeliverabilityReason'];
type Reasons = Messages['reach']['reasons'];

export function because(
  reason: Partial<Reason>,
  one: Pick<Subscription, 'status' | 'left_by' | 'status_by' | 'left_at' | 'suspended_until'>,
  profileStatus: string,
  words: Messages,
): string {
  const reasons = words.reach.reasons;
  const status = (word: string) => words.status[word as keyof Messages['status']] ?? word;
  const date = (value: string | null | undefined) => (value ? day(value) : '');
  switch (reason.code) {
    case 'global_status':
      return reasons.global_status(status(reason.status ?? profileStatus));
    case 'subscription_status': {
      const known =
        reasons.subscription_status[
          (reason.status ?? one.status) as keyof Reasons['subscription_status']
        ];
      const by = words.by[reason.status_by ?? one.left_by ?? one.status_by ?? ''] ?? '';
      const said =
        typeof known === 'function' ? known(by, date(reason.since ?? one.left_at)) : known;
      return said || (reason.detail ?? '');
    }
    case 'suspended':
      return reasons.suspended(date(reason.until ?? one.suspended_until));
    case 'suppressed':
      return `${reasons.suppressed(reason.list?.name ?? '', date(reason.since))}${reason.note ? ` ${reasons.note(words.history.events[reason.note] ?? reason.note)}` : ''}`;
    case 'category':
      return reasons.category(reason.category ?? '');
    case 'left_elsewhere':
      return reasons.left_elsewhere(reason.resource?.name ?? '', date(reason.since));
    default: {
      const known = reasons[reason.code as keyof Reasons];
      return typeof known === 'string' ? known : (reason.detail ?? '');
    }
  }
}
