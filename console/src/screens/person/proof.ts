// The proof of an opt-in: when, from where, by what act, under what wording.
import type { Entry } from './history.svelte';
import { historyName, type Subscription } from './subscription';

export interface Proof {
  date: string | null;
  url: string | null;
  ip: string | null;
  act: string | null;
  wording: string | null;
}

const text = (value: unknown) => (typeof value === 'string' && value ? value : null);

/** From the subscription itself, and from the oldest known act in which somebody agreed to it. */
export function proofOf(one: Subscription, known: readonly Entry[]): Proof | null {
  const name = historyName(one);
  const agreed = known
    .filter((entry) => consentOf(entry) && entry.changes.some((change) => change.field === name))
    .at(-1);
  const consent = agreed ? consentOf(agreed) : null;
  const proof = {
    date: text(one.reg_info?.date) ?? agreed?.at ?? null,
    url: text(one.reg_info?.url) ?? text(consent?.url),
    ip: text(one.reg_info?.ip) ?? text(consent?.ip),
    act: text(consent?.act),
    wording: text(consent?.wording),
  };
  return Object.values(proof).some(Boolean) ? proof : null;
}

function consentOf(entry: Entry): Record<string, unknown> | null {
  const consent = (entry.about as { consent?: unknown } | null | undefined)?.consent;
  return consent && typeof consent === 'object' ? (consent as Record<string, unknown>) : null;
}
