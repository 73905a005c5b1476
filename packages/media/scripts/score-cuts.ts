import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { analyzeCuts, resolveFfmpeg, type Shot } from '../src/index.ts';
import { matchOneToOne } from './match-one-to-one.ts';

/**
 * Scores shot detection on a folder of labelled videos: `score-cuts DIR`, where DIR/labels.json maps a file's name to
 * `{ fps, hard?, peer_cuts?, fades_to_black_ms? }`. `hard` and `peer_cuts` hold the 0-based index of the first frame of
 * each new shot, `fades_to_black_ms` the stretches in which a fade is expected. Other keys are ignored.
 */
const frames = z.array(z.int().min(0)).optional();
const Label = z.object({
  fps: z.number().positive(),
  hard: frames,
  peer_cuts: frames,
  fades_to_black_ms: z.array(z.tuple([z.number(), z.number()])).optional(),
});
const Labels = z.record(z.string(), z.unknown());

interface Counts {
  correct: number;
  found: number;
  labelled: number;
}

const folder = process.argv[2];
if (folder === undefined) {
  console.error('Usage: score-cuts DIR   (DIR holds videos and their labels.json)');
  process.exit(2);
}

const labels = Labels.parse(JSON.parse(await readFile(join(folder, 'labels.json'), 'utf8')));
const ffmpeg = await resolveFfmpeg({ onWarning: (message) => console.error(message) });
const hard: [string, Counts][] = [];
const peer: [string, Counts][] = [];
const fades: [string, Counts][] = [];

for (const [name, value] of Object.entries(labels)) {
  const { data: label } = Label.safeParse(value);
  if (!label) continue;
  const { shots } = await analyzeCuts(join(folder, name), { ffmpeg });
  const frameMs = 1000 / label.fps;
  if (label.hard) hard.push([name, countCuts(shots, label.hard, frameMs)]);
  if (label.peer_cuts) peer.push([name, countCuts(shots, label.peer_cuts, frameMs)]);
  if (label.fades_to_black_ms) fades.push([name, countFades(shots, label.fades_to_black_ms, frameMs)]);
}

printTable('Hard cuts, within one frame of the labels', hard);
if (peer.length > 0) printTable("Cuts, within one frame of another detector's", peer);
if (fades.length > 0) printTable('Fades, within the labelled stretches', fades);

function countCuts(shots: Shot[], labelled: number[], frameMs: number): Counts {
  const found = shots.filter(({ transition }) => transition === 'cut').map(({ startMs }) => startMs);
  // Times are whole ms: half a frame more than one tells one frame from two, whatever the rounding.
  const pairs = matchOneToOne(
    found,
    labelled.map((frame) => frame * frameMs),
    1.5 * frameMs,
  );
  return { correct: pairs, found: found.length, labelled: labelled.length };
}

function countFades(shots: Shot[], stretches: [number, number][], frameMs: number): Counts {
  const found = shots.filter(({ transition }) => transition === 'fade').map(({ startMs }) => startMs);
  const hit = stretches.filter(([from, to]) =>
    found.some((ms) => ms >= from - frameMs && ms <= to + frameMs),
  ).length;
  return { correct: hit, found: found.length, labelled: stretches.length };
}

function printTable(title: string, rows: [string, Counts][]): void {
  const total = { correct: 0, found: 0, labelled: 0 };
  for (const [, counts] of rows) {
    total.correct += counts.correct;
    total.found += counts.found;
    total.labelled += counts.labelled;
  }
  const percent = (part: number, of: number) => (of === 0 ? '-' : ((100 * part) / of).toFixed(1));
  console.log(`\n${title}`);
  console.table(
    [...rows, ['all', total] as const].map(([video, { correct, found, labelled }]) => ({
      video,
      labelled,
      found,
      correct,
      'precision %': percent(correct, found),
      'recall %': percent(correct, labelled),
      'F1 %': percent(2 * correct, found + labelled),
    })),
  );
}
