// Who is signed in, what they may do, and what happens when the session ends in mid-work.
import type { Session, User } from '../api/contract';
import { forgetEarly } from '../api/early';

class SessionState {
  #value = $state.raw<Session | null>(null);
  /** True while a request waits for the person to sign in again. */
  ended = $state(false);
  #waiting: (() => void)[] = [];

  get user(): User | null {
    return this.#value?.user ?? null;
  }

  /** Whether the person's role has a scope. What it doesn't have isn't offered. */
  may(scope: string): boolean {
    return this.user?.scopes.includes(scope) ?? false;
  }

  begin(value: Session) {
    const before = this.user;
    this.#value = value;
    this.ended = false;
    // Somebody else at the same desk starts from the beginning: what waits is the other's, and must
    // not be sent in this one's name.
    if (before && before.id !== value.user.id) {
      this.#waiting = [];
      location.assign(import.meta.env.BASE_URL);
      return;
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    waiting.forEach((go) => go());
  }

  end() {
    forgetEarly();
    this.#value = null;
    this.ended = false;
  }

  /** Resolves when somebody has signed in again; rejects when the request is given up. */
  renewed(signal?: AbortSignal): Promise<void> {
    this.ended = true;
    return new Promise((go, giveUp) => {
      this.#waiting.push(go);
      signal?.addEventListener('abort', () => giveUp(new DOMException('', 'AbortError')));
    });
  }
}

export const session = new SessionState();
