// Answers that were asked for before the screen that wants them had come (start.ts). Each is given
// once, and soon or not at all: later it may be out of date.
const FRESH = 10_000;
const asked = new Map<string, Promise<Response | null>>();

/** Asks now; the path must be, word for word, the one that the screen will ask for. */
export function askEarly(path: string) {
  asked.set(
    path,
    fetch(path).catch(() => null),
  );
  setTimeout(forgetEarly, FRESH);
}

/** The answer, if it was asked for early and is good; a bad one is worth asking for again. */
export async function takeEarly(path: string): Promise<Response | null> {
  const answer = asked.get(path);
  if (!answer) return null;
  asked.delete(path);
  const response = await answer;
  return response?.ok ? response : null;
}

/** What was asked in somebody's name is nobody else's. */
export function forgetEarly() {
  asked.clear();
}
