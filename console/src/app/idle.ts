// Runs something while nobody waits for anything; after ten seconds of work all the same.
export const idle: (run: () => void) => void =
  'requestIdleCallback' in globalThis
    ? (run) => requestIdleCallback(run, { timeout: 10_000 })
    : (run) => setTimeout(run, 2000);
