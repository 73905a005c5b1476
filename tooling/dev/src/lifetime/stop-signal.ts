/** Ctrl-C, `kill`, and a terminal that was closed. */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** npx and pnpm pass on what the terminal also sends here: what arrives together is one keypress. */
const SAME_KEYPRESS_MS = 500;

export interface StopRequest {
  signal: AbortSignal;
  /** Asks for the stop from within. */
  stop(): void;
}

/** Listens for stop signals: the first asks for a stop, a later one calls `onImpatience`. */
export function listenForStop(onImpatience: () => void): StopRequest {
  const controller = new AbortController();
  let firstAt = 0;
  const onSignal = (): void => {
    if (!controller.signal.aborted) {
      firstAt = performance.now();
      controller.abort();
    } else if (performance.now() - firstAt > SAME_KEYPRESS_MS) onImpatience();
  };
  for (const name of STOP_SIGNALS) process.on(name, onSignal);
  return { signal: controller.signal, stop: onSignal };
}
