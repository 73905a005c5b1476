import { parseArgs } from 'node:util';
import { command } from './src/command.ts';
import { limit } from './src/limit/limit.ts';
import { lone } from './src/limit/lone.ts';
import type { Lifetime } from './src/lifetime.ts';
import { summarize } from './src/report/statistics.ts';
import { openPostgres } from './src/servers.ts';

const HELP = `pnpm bench limit [options]: orq's own statements with no worker around them: the steps of a lone
job on an idle system, and claiming and completing a backlog

  --jobs N        in the backlog. Default 200000
  --batch N       jobs a claim, and a completion. Default 500
  --in-flight N   loops at once, that claim and complete one batch after the other. Default 2
  --rounds N      default 3
  --samples N     lone jobs. Default 300
`;

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '200000' },
    batch: { type: 'string', default: '500' },
    'in-flight': { type: 'string', default: '2' },
    rounds: { type: 'string', default: '3' },
    samples: { type: 'string', default: '300' },
    help: { type: 'boolean', default: false },
  },
});
const say = (...lines: string[]) => void process.stdout.write(`${lines.join('\n')}\n`);

async function main(lifetime: Lifetime): Promise<void> {
  const server = await openPostgres(lifetime);
  const sizes = {
    jobs: Number(values.jobs),
    batch: Number(values.batch),
    inFlight: Number(values['in-flight']),
  };
  const steps = await lone(server, Number(values.samples), lifetime);
  say(
    'a lone job, medians:',
    ...Object.entries(steps).map(([step, ms]) => `  ${step.padEnd(28)}${ms.toFixed(2)} ms`),
  );
  const runs: Awaited<ReturnType<typeof limit>>[] = [];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const ran = await limit(server, sizes, lifetime);
    runs.push(ran);
    const { jobsPerS, claimMs, completeMs, cpuUs, serverCpuUs } = ran;
    say(
      `${Math.round(jobsPerS)} jobs/s; a claim ${claimMs.toFixed(2)} ms, a completion ${completeMs.toFixed(2)} ms; ` +
        `CPU ${cpuUs.toFixed(1)} µs/job here, ${serverCpuUs.toFixed(1)} in the server`,
    );
  }
  const { median, min, max } = summarize(runs.map(({ jobsPerS }) => jobsPerS));
  say(
    `median ${Math.round(median)} jobs/s (${Math.round(min)}..${Math.round(max)})`,
    JSON.stringify({ sizes, steps, runs }),
  );
}

if (values.help) say(HELP);
else await command(main);
