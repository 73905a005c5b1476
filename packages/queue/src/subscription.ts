import type { Sql } from '@orq/db';
import { z } from 'zod';
import { DOORBELL_CHANNEL } from './doorbell.ts';
import { errorText } from './errors.ts';
import type { Logger } from './logger.ts';
import { CONTROL_CHANNEL } from './sql/cancel.ts';

/**
 * Hears the rings of whoever enqueues, and what is said of jobs under way. Without it no job is lost, and all comes a
 * little later: workers also poll.
 */
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
  /** Called when a running job was cancelled, by whomever. */
  onCancel(jobId: string): void;
  /** Called when a queue was paused. */
  onPause(queue: string): void;
  log: Logger;
}

/** Anyone may notify: what is something else is passed over. */
const Control = z.union([z.object({ cancel: z.uuid() }), z.object({ pause: z.string() })]);

export function createSubscription({
  sql,
  queues,
  onRing,
  onCancel,
  onPause,
  log,
}: SubscriptionDeps): Subscription {
  let opening: Promise<{ unlisten(): Promise<void> } | undefined>[] = [];

  const hear = (queue: string) => {
    if (queues.includes(queue)) onRing();
  };

  function obey(message: string) {
    const parsed = Control.safeParse(parseJson(message));
    if (!parsed.success) return;
    if ('cancel' in parsed.data) onCancel(parsed.data.cancel);
    else onPause(parsed.data.pause);
  }

  const listen = (channel: string, onMessage: (message: string) => void, onOpen?: () => void) =>
    sql.listen(channel, onMessage, onOpen).catch((error: unknown) => {
      log.warn({ error: errorText(error) }, 'cannot hear rings; polling until the subscription is there');
      return undefined;
    });

  return {
    open() {
      if (opening.length > 0) return;
      opening = [listen(DOORBELL_CHANNEL, hear, onRing), listen(CONTROL_CHANNEL, obey)];
    },
    async close() {
      await Promise.all(opening.map(async (channel) => (await channel)?.unlisten()));
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
