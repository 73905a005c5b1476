import { loadavg } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { migrate } from '@orq/db/migrate';
import { type ApiContender, contenders } from './src/api/contenders.ts';
import { type Load, load } from './src/api/load.ts';
import { startServer } from './src/api/server.ts';
import { command } from './src/command.ts';
import { openDatabase } from './src/database.ts';
import type { Lifetime } from './src/lifetime.ts';
import { type Summary, summarize } from './src/report/statistics.ts';
import { openPostgres, type RunningServer, temporaryFolder } from './src/servers.ts';

const HELP = `pnpm bench api [options]: durable POST /jobs a second, beside an insert a request and a bare 200 OK

  --connections N   default 100
  --seconds N       of each measurement. Default 10
  --rounds N        default 3
`;

/** orq over an insert a request. */
const LEAST = 2.5;
const WARM_UP_SECONDS = 2;
const LONE_SECONDS = 3;

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    help: { type: 'boolean', default: false },
  },
});
const say = (...lines: string[]) => void process.stdout.write(`${lines.join('\n')}\n`);

interface Measured {
  name: ApiContender['name'];
  together: Load;
  /** One connection: what a lone call takes. */
  lone: Load;
}

async function measure(
  contender: ApiContender,
  server: RunningServer,
  lifetime: Lifetime,
): Promise<Measured> {
  const folder = await temporaryFolder(lifetime);
  const database = await openDatabase(server.url, 'orq_bench_api', lifetime);
  await migrate(database.url);
  const storageUrl = pathToFileURL(path.join(folder, 'storage')).href;
  const api = await startServer(contender, { databaseUrl: database.url, storageUrl }, lifetime);
  const connections = Number(values.connections);
  await load(api.url, contender, { connections, seconds: WARM_UP_SECONDS });
  const together = await load(api.url, contender, { connections, seconds: Number(values.seconds) });
  const lone = await load(api.url, contender, { connections: 1, seconds: LONE_SECONDS });
  await api.stop();
  await database.close();
  return { name: contender.name, together, lone };
}

const line = ({ name, together, lone }: Measured) =>
  `  ${name.padEnd(10)} ${together.perSecond.toFixed(0).padStart(6)} /s, p50 ${together.p50Ms.toFixed(1)} ms, ` +
  `p99 ${together.p99Ms.toFixed(1)} ms; alone p50 ${lone.p50Ms.toFixed(1)} ms, p99 ${lone.p99Ms.toFixed(1)} ms`;

const asRatio = ({ median, min, max }: Summary) =>
  `${median.toFixed(2)} (${min.toFixed(2)}..${max.toFixed(2)})`;

async function main(lifetime: Lifetime): Promise<void> {
  const server = await openPostgres(lifetime);
  say(...contenders.map(({ name, about }) => `${name}: ${about}`), `load ${loadavg()[0]?.toFixed(2)}`);
  const rounds: Measured[][] = [];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const measured: Measured[] = [];
    for (const contender of contenders) {
      const one = await measure(contender, server, lifetime);
      say(line(one));
      measured.push(one);
    }
    rounds.push(measured);
  }
  const rates = (name: ApiContender['name']) =>
    rounds.map((round) => round.find((one) => one.name === name)?.together.perSecond ?? NaN);
  const over = (name: ApiContender['name']) =>
    summarize(rates('orq').map((rate, round) => rate / (rates(name)[round] ?? NaN)));
  const [ofNaive, ofBare] = [over('naive'), over('bare Hono')];
  say(
    `orq over an insert a request ${asRatio(ofNaive)}; at least ${LEAST}: ${ofNaive.median >= LEAST ? 'reached' : 'NOT reached'}`,
    `orq over a bare 200 OK ${asRatio(ofBare)}`,
    JSON.stringify({ connections: Number(values.connections), rounds, ratios: { ofNaive, ofBare } }),
  );
}

if (values.help) say(HELP);
else await command(main);
