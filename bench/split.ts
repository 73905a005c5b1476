import { loadavg } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { migrate } from '@orq/db/migrate';
import { analyzeCuts, probe, resolveFfmpeg } from '@orq/media';
import { command } from './src/command.ts';
import { openDatabase } from './src/database.ts';
import type { Lifetime } from './src/lifetime.ts';
import { summarize } from './src/report/statistics.ts';
import { openPostgres, temporaryFolder } from './src/servers.ts';
import { analyseOn, storeVideo } from './src/split/analysis.ts';
import { allowedCores } from './src/split/cores.ts';
import { renderLongVideo } from './src/split/long-video.ts';

const HELP = `pnpm bench split [options]: a long video's analysis by one worker, and by two, each on a core of its own

  --minutes N    of video: 10 or more, as shorter ones are not split. Default 12
  --video FILE   one of yours, instead of one that is rendered
  --pairs N      how often both are measured, one worker first and two first in turn. Default 3
`;

const MOST = 0.6;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '12' },
    video: { type: 'string' },
    pairs: { type: 'string', default: '3' },
    help: { type: 'boolean', default: false },
  },
});
const say = (...lines: string[]) => void process.stdout.write(`${lines.join('\n')}\n`);
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

interface Pair {
  oneMs: number;
  twoMs: number;
}

async function main(lifetime: Lifetime): Promise<void> {
  const cores = allowedCores().slice(0, 2);
  if (cores.length < 2) throw new Error('Two cores are needed');
  const ffmpeg = await resolveFfmpeg({ onWarning: say });
  const folder = await temporaryFolder(lifetime);
  const server = await openPostgres(lifetime);
  const { url: databaseUrl } = await openDatabase(server.url, 'orq_bench_split', lifetime);
  await migrate(databaseUrl);
  const place = { databaseUrl, storageFolder: path.join(folder, 'storage') };

  say('Rendering the video ...');
  const file = values.video ?? (await renderLongVideo(folder, Number(values.minutes), ffmpeg));
  await storeVideo(file, place);
  const info = await probe(file, { ffmpeg });
  const { width, height, codec, durationMs } = info;
  const load = loadavg()[0] ?? 0;
  say(
    `${width} x ${height} ${codec}, ${seconds(durationMs ?? 0)}; ffmpeg ${ffmpeg.version}; load ${load.toFixed(2)}`,
  );
  const { shots } = await analyzeCuts(file, { ffmpeg });

  const run = async (workers: number) => {
    const analysed = await analyseOn(cores.slice(0, workers), place, lifetime);
    const found = JSON.parse(analysed.shots).length;
    if (found !== shots.length) throw new Error(`${found} shots, where one pass finds ${shots.length}`);
    say(`  ${workers} worker${workers === 1 ? ' ' : 's'}  ${seconds(analysed.ms)}, ${analysed.parts} parts`);
    return analysed.ms;
  };
  const pairs: Pair[] = [];
  for (let n = 0; n < Number(values.pairs); n++) {
    const first = n % 2 === 0 ? await run(1) : await run(2);
    const second = n % 2 === 0 ? await run(2) : await run(1);
    pairs.push(n % 2 === 0 ? { oneMs: first, twoMs: second } : { oneMs: second, twoMs: first });
  }

  const ratio = summarize(pairs.map(({ oneMs, twoMs }) => twoMs / oneMs));
  const verdict = ratio.median <= MOST ? 'reached' : 'NOT reached';
  const [median, min, max] = [ratio.median, ratio.min, ratio.max].map((value) => value.toFixed(3));
  say(
    `two workers take ${median} of one worker's time (${min}..${max}); at most ${MOST}: ${verdict}`,
    JSON.stringify({ info, ffmpeg: ffmpeg.version, cores, load, pairs, ratio }),
  );
}

if (values.help) say(HELP);
else await command(main);
