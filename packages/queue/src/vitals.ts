import type { Health } from '@orq/contracts';

/** How long one turn of the loop may take, beyond the wait for work, before it counts as stuck. In ms. */
const TURN_BOUND_MS = 30_000;

/** What a worker knows of its own state. */
export interface Vitals {
  /** The loop has begun another turn. */
  turn(): void;
  /** The loop has ended, as asked. */
  rest(): void;
  database(answered: boolean): void;
  /** Whether it answered when it was asked last. */
  databaseAnswers(): boolean;
  health(): Health;
}

/** How many of a worker's slots are stuck with handlers that do not end. */
export interface Slots {
  stuck: number;
  all: number;
}

/**
 * @param pollIntervalMs the longest wait for work within one turn
 * @param now a clock that never goes back, in ms
 */
export function createVitals(
  pollIntervalMs: number,
  slots: () => Slots,
  now = () => performance.now(),
): Vitals {
  let lastTurnAt: number | null = null;
  let databaseGoneAt: number | null = null;

  const seconds = (since: number) => Math.round((now() - since) / 1000);

  function loop() {
    if (lastTurnAt === null || now() - lastTurnAt <= pollIntervalMs + TURN_BOUND_MS) return 'ok';
    return `stuck: no turn for ${seconds(lastTurnAt)} s`;
  }

  function database() {
    return databaseGoneAt === null ? 'ok' : `does not answer since ${seconds(databaseGoneAt)} s`;
  }

  return {
    turn: () => void (lastTurnAt = now()),
    rest: () => void (lastTurnAt = null),
    database: (answered) => void (databaseGoneAt = answered ? null : (databaseGoneAt ?? now())),
    databaseAnswers: () => databaseGoneAt === null,
    health() {
      const { stuck, all } = slots();
      const checks = {
        loop: loop(),
        database: database(),
        slots: stuck === 0 ? 'ok' : `stuck: ${stuck} of ${all}, with handlers that do not end`,
      };
      // While there are others, a stuck slot is told of, but is no reason to restart the process.
      const healthy = checks.loop === 'ok' && checks.database === 'ok' && stuck < all;
      return { status: healthy ? 'ok' : 'unhealthy', checks };
    },
  };
}
