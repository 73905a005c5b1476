import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '@orq/db';
import { createQueue, untilDatabaseAnswers } from '@orq/queue';
import type { QueuePause } from '../evidence/evidence.ts';
import type { QueueName } from '../fleet-settings.ts';
import { stderrLogger } from '../processes/logger.ts';

/** Pauses and resumes queues, as an operator does. */
export interface QueueSwitch {
  /** Asks until the server answers, both times. Pauses of one queue wait for each other. */
  pauseFor(queue: QueueName, ms: number): Promise<void>;
  pauses(): QueuePause[];
  close(): Promise<void>;
}

export function openQueueSwitch(url: string): QueueSwitch {
  const sql = connect(url, { max: 2, applicationName: 'chaos operator' });
  const queues = createQueue({ sql });
  const log = { ...stderrLogger(), warn: () => undefined };
  const pauses: QueuePause[] = [];
  let last: Promise<void> = Promise.resolve();

  async function pauseNow(queue: QueueName, ms: number): Promise<void> {
    await untilDatabaseAnswers(() => queues.pause(queue), log);
    const from = Date.now();
    await sleep(ms);
    pauses.push({ queue, from, to: Date.now() });
    await untilDatabaseAnswers(() => queues.resume(queue), log);
  }

  return {
    pauseFor: (queue, ms) => (last = last.then(() => pauseNow(queue, ms))),
    pauses: () => [...pauses],
    async close() {
      await last.catch(() => undefined);
      await queues.close();
      await sql.end({ timeout: 1 });
    },
  };
}
