/** What the tests have isolated handlers do. */
import { once } from 'node:events';

/** @import { IsolatedRun } from '../../src/isolated/index.ts' */
/** @import { act } from '../support/act.ts' */

/** As a module has it that loads another copy of the queue: only its name is the same. */
class PermanentError extends Error {
  /** @override */
  name = 'PermanentError';
}

class NotFoundError extends PermanentError {
  /** @override */
  name = 'NotFoundError';
}

/** @type {Record<string, IsolatedRun<typeof act>>} */
const acts = {
  async report({ job, input, progress, log }) {
    const seen = new BroadcastChannel('progress is seen');
    const told = once(seen, 'message');
    progress(0.25);
    progress(0.75);
    log.child({ part: 2 }).info({ big: 10n }, 'half way');
    log.warn({ callback: () => undefined }, 'a function cannot be cloned');
    await told;
    seen.close();
    return { text: `${input.text} from attempt ${job.attempt}` };
  },
  async loop({ log }) {
    log.info({}, 'looping');
    for (;;);
  },
  async obey({ signal, log }) {
    log.info({}, 'waiting');
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    log.info({ reason: signal.reason.name, words: signal.reason.message }, 'told to end');
    throw signal.reason;
  },
  async fail() {
    throw new TypeError('no luck', { cause: new Error('rust', { cause: 'rain' }) });
  },
  async failManyTimes() {
    throw new AggregateError([new Error('no route'), new Error('no name')]);
  },
  async failForGood() {
    throw new NotFoundError('there is no such file', { cause: new Error('ENOENT') });
  },
  async snooze() {
    throw Object.assign(new Error('not yet'), { name: 'SnoozeError', until: 3_600_000 });
  },
  async retryAt() {
    throw Object.assign(new Error('busy'), { name: 'RetryAtError', at: new Date('2100-01-01') });
  },
  async throwNothing() {
    throw undefined;
  },
  async eat() {
    const eaten = [];
    for (;;) eaten.push(Array.from({ length: 100_000 }, Math.random));
  },
  async exit({ log }) {
    log.info({}, 'the last words');
    process.exit(3);
  },
  async fault() {
    setTimeout(() => {
      throw new Error('thrown by a timer');
    });
    return new Promise(() => undefined);
  },
  async giveFunction() {
    return { text: 'hello', callback: () => undefined };
  },
  async giveTooLittle() {
    return JSON.parse('{}');
  },
  async linger({ input }) {
    setInterval(() => undefined, 1_000);
    return { text: input.text };
  },
};

/** @type {IsolatedRun<typeof act>} */
// oxlint-disable-next-line import/no-default-export -- the thread calls it
export default async (context) => {
  const { how } = context.input;
  const perform = acts[how];
  if (!perform) throw new Error(`unknown act ${how}`);
  return perform(context);
};
