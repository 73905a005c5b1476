import { isFinal, type JobResource } from '../resources/job.ts';
import type { Calls, EventsOptions } from './call-types.ts';
import { backoffMs } from './retry.ts';
import { sleep, within } from './time.ts';

export interface WaitOptions {
  signal?: AbortSignal;
  /** How long to wait at most, in ms. Default: until the job has ended. */
  timeoutMs?: number;
}

/** While events come, the job is still looked at so often, should something on the way hold them back. In ms. */
const LOOK_MS = 30_000;

/** Where it is not followed, the job is asked for at least so often. In ms. */
const LONGEST_PAUSE_MS = 2_000;

/** So many are followed at once: browsers have six connections for a host, and other calls need some. */
const MAX_STREAMS = 4;

/** The events of a job, to its end. */
export async function* eventsOf(calls: Calls, id: string, options: EventsOptions = {}) {
  for await (const event of calls.jobEvents({ params: { id } }, options)) {
    yield event;
    if (event.type === 'status' && isFinal(event.status)) return;
  }
}

/** Waits until an event tells the end, or none can be had. */
async function endOfEvents(calls: Calls, id: string, signal: AbortSignal): Promise<void> {
  try {
    for await (const event of eventsOf(calls, id, { signal })) void event;
  } catch {
    // Whatever it was: from now on the job is asked for.
  }
}

/**
 * Waits until jobs have ended: told by their events, and by asking where there are none, or enough are followed.
 *
 * @throws {TimeoutError}; whatever a call throws
 */
export function createWait(calls: Calls) {
  let streams = 0;

  return (id: string, { signal, timeoutMs }: WaitOptions): Promise<JobResource> =>
    within({ signal, timeoutMs }, `Job ${id}`, async (bounded) => {
      const first = await calls.getJob({ params: { id } }, { signal: bounded });
      if (isFinal(first.status)) return first;

      let asks = streams >= MAX_STREAMS;
      const follow = async () => {
        streams += 1;
        await endOfEvents(calls, id, bounded);
        streams -= 1;
        asks = true;
      };
      const end = asks ? undefined : follow();
      for (let looks = 1; ; looks += 1) {
        await (asks
          ? sleep(Math.min(backoffMs(looks), LONGEST_PAUSE_MS), bounded)
          : Promise.race([end, sleep(LOOK_MS, bounded)]));
        const job = await calls.getJob({ params: { id } }, { signal: bounded });
        if (isFinal(job.status)) return job;
      }
    });
}
