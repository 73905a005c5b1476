import { readFile, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import {
  addScores,
  emptyScore,
  type LabelledVideos,
  matchVideo,
  parseLabels,
  scoreVideo,
} from '@orq/cut-benchmark';
import type { Label, Score, VideoMatch } from '@orq/cut-benchmark';
import type { Lifetime } from '../../lifetime.ts';
import type { Contender } from '../contenders/contender.ts';
import { runCommand } from '../contenders/run-command.ts';

/** Bytes that a labels.json may have. */
const LARGEST_LABELS = 64 * 2 ** 20;

/** @throws {Error} that says what is wrong with the folder's labels.json */
export async function readLabels(folder: string): Promise<LabelledVideos> {
  const file = path.join(folder, 'labels.json');
  let json: unknown;
  try {
    if ((await stat(file)).size > LARGEST_LABELS) throw new Error('it is larger than 64 MB');
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${file} cannot be read: ${why}`, { cause: error });
  }
  return parseLabels(json);
}

export interface ScoredVideo {
  video: string;
  score: Score;
  match: VideoMatch;
}

export interface ScoredContender {
  contender: Contender;
  total: Score;
  videos: ScoredVideo[];
}

interface ScoreDeps {
  lifetime: Lifetime;
  onProgress(done: number, of: number): void;
}

/**
 * Lets each contender find the boundaries of each video, several at a time, and holds them against the labels.
 *
 * @throws {Error} when one of them fails on a video: figures that leave a video out compare nothing
 */
export async function scoreVideos(
  folder: string,
  labels: ReadonlyMap<string, Label>,
  contenders: readonly Contender[],
  { lifetime, onProgress }: ScoreDeps,
): Promise<ScoredContender[]> {
  const tasks = contenders.flatMap((contender) =>
    [...labels].map(([video, label]) => ({ contender, video, label })),
  );
  const waiting = [...tasks];
  const scored = new Map<Contender, Map<string, ScoredVideo>>(contenders.map((one) => [one, new Map()]));
  let done = 0;
  async function scoreWaiting(): Promise<void> {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { contender, video, label } = next;
      const output = await runCommand(contender.command(path.join(folder, video)), lifetime);
      const found = contender.parse(output, label.fps);
      scored
        .get(contender)
        ?.set(video, { video, score: scoreVideo(found, label), match: matchVideo(found, label) });
      done += 1;
      onProgress(done, tasks.length);
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, scoreWaiting));
  return contenders.map((contender) => {
    // In the order of the labels, whichever was done first.
    const videos = [...labels.keys()].flatMap((video) => scored.get(contender)?.get(video) ?? []);
    const total = videos.reduce((sum, { score }) => addScores(sum, score), emptyScore());
    return { contender, total, videos };
  });
}
