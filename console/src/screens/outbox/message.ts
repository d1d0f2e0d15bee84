// A message of the outbox in words: for whom it is, in which state, and why.
import type { components } from '../../api/schema';
import type { Messages } from '../../messages/en';

export type Message = components['schemas']['OutboxMessage'];
export const states = ['queued', 'held', 'sent', 'dead', 'cancelled'] as const;
export type MessageState = (typeof states)[number];
export const kinds = ['confirmation', 'change'] as const;
export type MessageKind = (typeof kinds)[number];

export const tones: Record<string, 'good' | 'warn' | 'bad' | 'rest' | 'accent'> = {
  queued: 'accent',
  sent: 'good',
  dead: 'bad',
  cancelled: 'rest',
  held: 'warn',
};

/** `email:ann@example.org` is an address by a channel, `watcher:1` a watcher. */
export function recipientOf(
  recipient: string,
  words: Messages,
  watcherName: (id: string) => string | undefined = () => undefined,
): string {
  const at = recipient.indexOf(':');
  const channel = recipient.slice(0, at);
  const contact = recipient.slice(at + 1);
  if (channel === 'watcher') return words.outbox.watcher(watcherName(contact) ?? `№ ${contact}`);
  const name = words.channel[channel as keyof Messages['channel']];
  return at < 0 ? recipient : name && channel !== 'email' ? `${name}: ${contact}` : contact;
}

/** A code in the reader's words; what a provider said stays as it said it. */
export function reasonOf(detail: string, words: Messages): string {
  const known = words.outbox.details[detail];
  if (known) return known;
  const by = /^cancelled by (.+)$/.exec(detail)?.[1];
  if (by) return words.outbox.cancelledBy(by);
  const begins = ['no_sender', 'host_not_allowed'].find((code) => detail.startsWith(code));
  return (begins && words.outbox.details[begins]) || detail;
}

export const cancellable = (message: Message) => ['queued', 'held'].includes(message.state);
export const retryable = (message: Message) =>
  ['dead', 'held', 'cancelled'].includes(message.state);
