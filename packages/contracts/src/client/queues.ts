import type { QueuePause, QueueResource } from '../resources/queue.ts';
import type { CallOptions, Calls } from './call-types.ts';
import { createListing, type Listing, type ListOptions } from './listing.ts';

export interface Queues {
  /** Queues by name: how deep they are, and how fast. */
  list(options?: ListOptions): Listing<QueueResource>;
  /** From now on nothing of the queue is begun; what runs goes on. */
  pause(name: string, options?: CallOptions): Promise<QueuePause>;
  resume(name: string, options?: CallOptions): Promise<QueuePause>;
}

export const createQueues = (calls: Calls): Queues => ({
  list: (options = {}) => createListing(options, (query, call) => calls.listQueues({ query }, call)),
  pause: (name, options) => calls.pauseQueue({ params: { name } }, options),
  resume: (name, options) => calls.resumeQueue({ params: { name } }, options),
});
