import { setTimeout as sleep } from 'node:timers/promises';
import type { Payload, Working } from '../contender.ts';
import { loadContender } from '../contenders/index.ts';
import { launchedWith } from './launched-with.ts';
import { beginUsage, obey, say, usage } from './lines.ts';
import { type Command, now } from './protocol.ts';

/** How often the count is told, and looked at. */
const TICK_MS = 20;
const DRAIN_TICK_MS = 5;

const { name, url } = launchedWith();
const contender = await loadContender(name);
let working: Working | undefined;
let jobs = 0;
let beganAt = 0;
const begun: number[] = [];

function count(): void {
  if (jobs === 0) beganAt = now();
  jobs += 1;
}

function countAndStamp({ i }: Payload): void {
  begun[i] = now();
  jobs += 1;
}

async function sayWhenDrained(worker: Working, expect: number): Promise<void> {
  while (jobs < expect) await sleep(DRAIN_TICK_MS);
  while (!(await worker.isDrained())) await sleep(DRAIN_TICK_MS);
  say({ is: 'drained', beganAt, at: now() });
}

async function carryOut(command: Command): Promise<void> {
  switch (command.do) {
    case 'work': {
      beginUsage();
      working = await contender.startWorker(url, command.stamp ? countAndStamp : count);
      say({ is: 'working' });
      if (command.expect !== undefined) return sayWhenDrained(working, command.expect);
      setInterval(() => say({ is: 'count', jobs, at: now() }), TICK_MS);
      return;
    }
    case 'end':
      await working?.stop();
      return say({ is: 'ended', at: begun, ...usage() });
    default:
      throw new Error(`A worker does not ${command.do}`);
  }
}

obey(carryOut);
say({ is: 'open', node: process.version, settings: [...contender.settings] });
