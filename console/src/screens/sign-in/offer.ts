// Keys that a browser offers beside the e-mails that it fills in: nothing is shown until somebody
// chooses one.
import { canWait, signInByKey, type Answer } from '../../api/passkey';
import type { Session } from '../../api/contract';

/** How long a question may be answered is five minutes; before that it is asked again. */
const AGAIN_MS = 4 * 60 * 1000;

/** Offers keys until one is chosen, or the offer ends. */
export function offerKeys(onanswer: (answer: Answer<Session>) => void): { end: () => void } {
  const whole = new AbortController();
  void offer(whole.signal, onanswer);
  return { end: () => whole.abort() };
}

async function offer(whole: AbortSignal, onanswer: (answer: Answer<Session>) => void) {
  if (!(await canWait())) return;
  while (!whole.aborted) {
    await seen(whole);
    const signal = AbortSignal.any([whole, AbortSignal.timeout(AGAIN_MS)]);
    const answer = await signInByKey<Session>({ waiting: true, signal });
    if (answer.ok) return onanswer(answer);
    if (whole.aborted) return;
    // Its time was over, and nobody had chosen one.
    if (signal.aborted && answer.hindrance) continue;
    // Nobody asked for a key, so it is no news that there is none: the button says why.
    if (answer.problem?.code !== 'wrong_passkey') return;
    onanswer(answer);
  }
}

/** Waits until the page is looked at. */
function seen(signal: AbortSignal): Promise<void> {
  if (document.visibilityState === 'visible') return Promise.resolve();
  return new Promise((go) => {
    document.addEventListener('visibilitychange', () => go(), { once: true, signal });
    signal.addEventListener('abort', () => go(), { once: true });
  });
}
