import { rates, scoreVideo } from '@orq/cut-benchmark';
import type { Lifetime } from '../../lifetime.ts';
import { type Summary, summarize } from '../../report/statistics.ts';
import type { Contender } from '../contenders/contender.ts';
import { fullPass, orq, skippedBy } from '../contenders/orq.ts';
import { type Cost, measure } from '../cost/measure.ts';
import type { QuietVideo } from './quiet-videos.ts';

export interface BelowComparison {
  kind: string;
  encoding: string;
  cuts: number;
  /** The fraction of the frames that were not decoded. */
  skipped: number;
  /** Of boundaries of any type, 0 to 1; null where there are none, and none were found. */
  f1: number | null;
  fullF1: number | null;
  fullCpuS: number;
  /** Over the full pass of the same round. */
  cpuRatio: Summary;
  wallRatio: Summary;
}

interface BelowDeps {
  /** Rounds, at least 1. */
  repeat: number;
  lifetime: Lifetime;
  onRun(done: number, of: number): void;
}

/** Analyses each video with and without leaving out what is quiet, in turn, and compares what is found and what it takes. */
export async function compareBelow(
  videos: readonly QuietVideo[],
  { repeat, lifetime, onRun }: BelowDeps,
): Promise<BelowComparison[]> {
  const compared: BelowComparison[] = [];
  for (const video of videos) {
    const rounds: { own: Run; full: Run }[] = [];
    for (let round = 0; round < repeat; round += 1) {
      const own = await runOn(video, orq, lifetime);
      rounds.push({ own, full: await runOn(video, fullPass, lifetime) });
    }
    const ratio = (of: 'cpuS' | 'wallS') =>
      summarize(rounds.map(({ own, full }) => own.cost[of] / full.cost[of]));
    compared.push({
      kind: video.kind,
      encoding: video.encoding,
      cuts: video.label.hard?.length ?? 0,
      skipped: rounds[0]?.own.skipped ?? 0,
      f1: rounds[0]?.own.f1 ?? null,
      fullF1: rounds[0]?.full.f1 ?? null,
      fullCpuS: summarize(rounds.map(({ full }) => full.cost.cpuS)).median,
      cpuRatio: ratio('cpuS'),
      wallRatio: ratio('wallS'),
    });
    onRun(compared.length, videos.length);
  }
  return compared;
}

interface Run {
  cost: Cost;
  skipped: number;
  f1: number | null;
}

async function runOn({ file, label }: QuietVideo, contender: Contender, lifetime: Lifetime): Promise<Run> {
  const { output, ...cost } = await measure(contender.command(file), lifetime);
  const { f1 } = rates(scoreVideo(contender.parse(output, label.fps), label).any);
  return { cost, skipped: skippedBy(output.stdout), f1 };
}
