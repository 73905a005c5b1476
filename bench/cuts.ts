import path from 'node:path';
import { GENERATOR_VERSION } from '@orq/cut-benchmark';
import { resolveFfmpeg } from '@orq/media';
import { command } from './src/command.ts';
import { compareBelow } from './src/cuts/below/compare-below.ts';
import { quietVideos } from './src/cuts/below/quiet-videos.ts';
import { takingPart } from './src/cuts/contenders/index.ts';
import { compareCost } from './src/cuts/cost/compare-cost.ts';
import { costFiles } from './src/cuts/cost/cost-files.ts';
import { HELP, type Options, parseOptions } from './src/cuts/options.ts';
import { withProgress } from './src/cuts/progress.ts';
import { belowTable } from './src/cuts/report/below-table.ts';
import { costTables } from './src/cuts/report/cost-tables.ts';
import { listErrors } from './src/cuts/report/errors.ts';
import { scoreTables } from './src/cuts/report/score-tables.ts';
import { longestVideos } from './src/cuts/scoring/longest-videos.ts';
import { readLabels, type ScoredContender, scoreVideos } from './src/cuts/scoring/score-videos.ts';
import { generate } from './src/cuts/set/generate.ts';
import type { RenderDeps } from './src/cuts/set/render-all.ts';
import { describeHost, sayHost } from './src/host.ts';
import type { Lifetime } from './src/lifetime.ts';

const say = (...lines: string[]) => void process.stdout.write(`${lines.join('\n')}\n`);

/** How many videos of a folder cost is measured on: the longest, as of short ones it is the start that is measured. */
const COSTLY = 2;

async function main(options: Options, lifetime: Lifetime): Promise<void> {
  const { task, cache, seed, repeat } = options;
  const found = await resolveFfmpeg({ onWarning: say });
  const { ffmpeg } = found;
  const rendering = <T>(what: string, work: (deps: RenderDeps) => Promise<T>) =>
    withProgress(`Rendering ${what}`, (onProgress) => work({ ffmpeg, lifetime, say, onProgress }));
  const renderHalf = (half: 'dev' | 'test', folder: string) =>
    rendering(`the half "${half}"`, (deps) => generate(half, seed, path.join(folder, half), deps));

  if (task.is === 'generate') {
    for (const half of ['dev', 'test'] as const) await renderHalf(half, task.folder);
    return;
  }

  if (task.is === 'below') {
    const videos = await rendering('quiet footage', (deps) =>
      quietVideos(seed, path.join(cache, 'below'), deps, found),
    );
    const compared = await withProgress('Comparing', (onRun) =>
      compareBelow(videos, { repeat, lifetime, onRun }),
    );
    say(sayHost(describeHost()), `Node        ${process.version}; ffmpeg ${found.version}`);
    say('', ...belowTable(compared), '', JSON.stringify(compared));
    return;
  }

  const host = describeHost();
  const contenders = await takingPart(found, options);
  say(sayHost(host), `Node        ${process.version}; ffmpeg ${found.version}`);
  say(...contenders.map(({ name, about }) => `${name}: ${about}`));

  const sets: { name: string; scored: ScoredContender[] }[] = [];
  const costly: string[] = [];
  async function score(name: string, folder: string): Promise<void> {
    const labels = await readLabels(folder);
    if (labels.unlabelled.length > 0) say(`Skipped, as they have no labels: ${labels.unlabelled.join(', ')}`);
    const scored = await withProgress(`Scoring ${labels.videos.size} videos of ${name}`, (onProgress) =>
      scoreVideos(folder, labels.videos, contenders, { lifetime, onProgress }),
    );
    say('', `== ${name}`, ...scoreTables(scored));
    if (options.listErrors && name !== 'test') say(...listErrors(scored));
    sets.push({ name, scored });
    costly.push(...(await longestVideos(folder, [...labels.videos.keys()], found, COSTLY)));
  }

  if (task.is === 'score-folder') await score(path.basename(task.folder), task.folder);
  if (task.is === 'score-set') {
    for (const half of task.halves) {
      await renderHalf(half, cache);
      await score(half, path.join(cache, half));
    }
  }
  if (task.is === 'cost') {
    const own = () =>
      rendering('the files to measure on', (deps) => costFiles(seed, path.join(cache, 'cost'), deps));
    costly.push(...(task.files.length > 0 ? task.files : await own()));
  }

  const costs =
    repeat === 0
      ? []
      : await withProgress('Measuring cost', (onRun) =>
          compareCost(costly, contenders, { ffmpeg, repeat, lifetime, onRun }),
        );
  say(...costTables(costs), '');
  say(
    JSON.stringify({
      host,
      node: process.version,
      ffmpeg: found.version,
      generator: { version: GENERATOR_VERSION, seed },
      contenders: contenders.map(({ name, about }) => ({ name, about })),
      sets: sets.map(({ name, scored }) => ({
        name,
        scores: Object.fromEntries(scored.map(({ contender, total }) => [contender.name, total])),
      })),
      costs,
    }),
  );
}

await command(async (lifetime) => {
  const options = parseOptions(process.argv.slice(2));
  if (options === null) say(HELP);
  else await main(options, lifetime);
});
