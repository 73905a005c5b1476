import type { Enqueuer } from '../contender.ts';
import { loadContender } from '../contenders/index.ts';
import { createFeed, type Feed, enqueueInBulk, enqueueSingly, enqueueSpaced } from './enqueue.ts';
import { launchedWith } from './launched-with.ts';
import { beginUsage, obey, say, usage } from './lines.ts';
import type { Command } from './protocol.ts';

const { name, url } = launchedWith();
const contender = await loadContender(name);
let open: Promise<Enqueuer> | undefined;
const enqueuer = () => (open ??= contender.openEnqueuer(url));
let feed: Feed | undefined;

async function carryOut(command: Command): Promise<void> {
  switch (command.do) {
    case 'prepare':
      await contender.prepare(url);
      await enqueuer();
      beginUsage();
      return say({ is: 'prepared' });
    case 'bulk': {
      const ms = await enqueueInBulk(await enqueuer(), command.jobs, command.batch, command.inFlight);
      return say({ is: 'enqueued', jobs: command.jobs, ms });
    }
    case 'feed':
      feed = createFeed(await enqueuer());
      return feed.start(command.batch, command.inFlight);
    case 'allow':
      return feed?.allow(command.jobs);
    case 'singles':
      return say({ is: 'enqueued', ...(await enqueueSingly(await enqueuer(), command.loops, command.ms)) });
    case 'spaced': {
      const { samples, minGapMs, maxGapMs } = command;
      return say({ is: 'times', at: await enqueueSpaced(await enqueuer(), samples, minGapMs, maxGapMs) });
    }
    case 'end':
      await feed?.stop();
      await (await enqueuer()).close();
      return say({ is: 'ended', at: [], ...usage() });
    case 'work':
      throw new Error('An enqueuer does not work');
  }
}

obey(carryOut);
say({ is: 'open', node: process.version, settings: [...contender.settings] });
