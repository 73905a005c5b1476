/// <reference types="node" />
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { PermanentError, ShutdownError } from '../errors.ts';
import type { JobContext, RunContext } from '../handler.ts';
import type { FromThread, ThreadSettings, ToThread } from './messages.ts';
import { revive } from './revive.ts';

export interface ThreadOptions {
  /** A `file:` URL. */
  moduleUrl: string;
  /** How long the work may go on once its signal is aborted, in ms. */
  graceMs: number;
  /** Of the thread's old generation, where the heap grows; undefined: as Node has it. */
  memoryMb: number | undefined;
}

/** A worker that shuts down waits 2 s for what it has told to end, and then hands it back: the thread must be gone by then. */
const SHUTDOWN_GRACE_MS = 1_000;

type Context = Pick<RunContext, 'job' | 'signal' | 'progress' | 'log'> & Pick<JobContext<unknown>, 'input'>;

/**
 * Does the work of one run in a thread of its own, which is gone when this settles.
 *
 * @returns what the module's function gave, cloned
 * @throws what it threw, or what became of the thread instead
 */
export function runInThread(context: Context, options: ThreadOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const { job, input, signal, log } = context;
    const { port1: port, port2 } = new MessageChannel();
    const thread = start({ moduleUrl: options.moduleUrl, job, input, port: port2 }, options.memoryMb);
    let settle: (() => void) | undefined;
    let timer: NodeJS.Timeout | undefined;

    function hear(message: FromThread): void {
      if ('progress' in message) return context.progress(message.progress);
      if ('level' in message) return log[message.level](message.bindings, message.message);
      settle ??= 'thrown' in message ? () => reject(revive(message.thrown)) : () => resolve(message.output);
      void thread.terminate();
    }

    function tellToEnd(): void {
      const reason: unknown = signal.reason;
      const { name, message } = reason instanceof Error ? reason : new Error(String(reason));
      const order: ToThread = { abort: { name, message } };
      port.postMessage(order);
      const graceMs =
        reason instanceof ShutdownError ? Math.min(options.graceMs, SHUTDOWN_GRACE_MS) : options.graceMs;
      timer = setTimeout(() => {
        settle ??= () =>
          reject(new Error(`The thread did not end within its grace of ${graceMs} ms, and was ended`));
        void thread.terminate();
      }, graceMs);
    }

    port.on('message', hear);
    thread.on('error', (cause) => {
      settle ??= () => reject(deathOf(cause));
    });
    thread.once('exit', (code) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', tellToEnd);
      for (let left = receiveMessageOnPort(port); left; left = receiveMessageOnPort(port)) hear(left.message);
      port.close();
      settle ??= () =>
        reject(
          new Error(
            `The handler's thread ended with exit code ${code} before it gave a result: it must not call process.exit()`,
          ),
        );
      settle();
    });
    signal.addEventListener('abort', tellToEnd, { once: true });
    if (signal.aborted) tellToEnd();
  });
}

/** @throws {PermanentError} when the input cannot be cloned */
function start(settings: ThreadSettings, memoryMb: number | undefined): Worker {
  try {
    return new Worker(new URL('./thread.js', import.meta.url), {
      name: `orq ${settings.job.type}`,
      workerData: settings,
      transferList: [settings.port],
      resourceLimits: memoryMb === undefined ? {} : { maxOldGenerationSizeMb: memoryMb },
    });
  } catch (cause) {
    if (!(cause instanceof DOMException)) throw cause;
    throw new PermanentError('The input cannot be given to a thread: structured clone does not take it', {
      cause,
    });
  }
}

function deathOf(cause: unknown): Error {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY')
    return new Error(
      "The handler's thread ran out of memory: give it more by memoryMb, or less to hold at a time",
    );
  return new Error("An error that nothing caught ended the handler's thread", { cause });
}
