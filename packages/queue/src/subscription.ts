import type { Sql } from '@orq/db';
import { DOORBELL_CHANNEL } from './doorbell.ts';
import { errorText } from './errors.ts';
import type { Logger } from './logger.ts';

/** Hears the rings of whoever enqueues. Without it no job is lost, only later: workers also poll. */
export interface Subscription {
  /** Subscribes, once. Never throws: the client goes on trying, through every reconnect. */
  open(): void;
  close(): Promise<void>;
}

export interface SubscriptionDeps {
  sql: Sql;
  queues: readonly string[];
  /** Called for each ring; also when the subscription is there (again), since rings may have been missed. */
  onRing(): void;
  log: Logger;
}

export function createSubscription({ sql, queues, onRing, log }: SubscriptionDeps): Subscription {
  let opening: Promise<{ unlisten(): Promise<void> } | undefined> | undefined;

  const hear = (queue: string) => {
    if (queues.includes(queue)) onRing();
  };

  return {
    open() {
      opening ??= sql.listen(DOORBELL_CHANNEL, hear, onRing).catch((error: unknown) => {
        log.warn({ error: errorText(error) }, 'cannot hear rings; polling until the subscription is there');
        return undefined;
      });
    },
    async close() {
      const listening = await opening;
      await listening?.unlisten();
    },
  };
}
