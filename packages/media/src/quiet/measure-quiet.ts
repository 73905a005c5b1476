import { FfmpegError, MediaError } from '../errors.ts';
import { decode } from '../ffmpeg/decode.ts';
import { decodeTimeoutMs } from '../ffmpeg/limits.ts';
import { inOrderShown, isSeekable, readPackets, type ReadPackets } from '../ffmpeg/packets.ts';
import type { MeasureOptions } from '../measurement/measure.ts';
import type { Measurement } from '../measurement/measurement.ts';
import { Measurer } from '../measurement/measurer.ts';
import { gopsOf } from './gops.ts';
import { areAlike, DIFFERENCE_MS, lookAtKeyFrames, UnexpectedFrameError } from './key-frames.ts';
import { type Group, isPromising, planStretches, type Stretch, WORTH, type Worth } from './plan.ts';

/** Each key frame's look takes 5 kB. */
const MOST_GOPS = 10_000;

export interface MeasureQuietOptions extends Omit<MeasureOptions, 'segment'> {
  /** The video's packets, where they have been read already. */
  packets?: ReadPackets | undefined;
}

/**
 * Measures a video in which little happens without decoding most of it: where neither the packets' sizes nor the key frames
 * around tell of a change, the key frame stands for what follows it.
 *
 * @returns null where that is of no use, or where anything about the video is in doubt
 * @throws FfmpegError for a fault of the machine; the signal's reason
 */
export async function measureQuiet(
  file: string,
  options: MeasureQuietOptions,
  worth: Worth = WORTH,
): Promise<Measurement | null> {
  const { info, timeoutMs = decodeTimeoutMs(info.durationMs) } = options;
  const untilMs = performance.now() + timeoutMs;
  const timed = () => ({ ...options, timeoutMs: Math.max(0, untilMs - performance.now()) });
  if ((info.videoEndMs ?? info.durationMs ?? 0) < worth.shortestMs || !isSeekable(info)) return null;
  try {
    const stretches = await plan(file, timed(), worth);
    return stretches && (await measureStretches(file, stretches, options, timed));
  } catch (error) {
    const isInDoubt = error instanceof UnexpectedFrameError || error instanceof MediaError;
    if (isInDoubt || (error instanceof FfmpegError && error.code === 'failed')) return null;
    throw error;
  }
}

async function plan(file: string, options: MeasureQuietOptions, worth: Worth): Promise<Stretch[] | null> {
  const { packets, isDoubtful } = options.packets ?? (await readPackets(file, options));
  const shown = isDoubtful ? undefined : inOrderShown(packets);
  const gops = shown && gopsOf(shown);
  if (!shown || !gops || gops.length > MOST_GOPS) return null;
  if (!isPromising(gops, worth)) return null;
  const keys = await lookAtKeyFrames(file, gops, options);
  // Where a decoder leaves out a key frame, it is as all frames are.
  const seen = new Set(keys.map(({ timeMs }) => timeMs));
  const seenGops = gopsOf(shown, (ms) => seen.has(ms));
  return (seenGops && planStretches(seenGops, keys, worth)) ?? null;
}

async function measureStretches(
  file: string,
  stretches: readonly Stretch[],
  options: MeasureOptions,
  timed: () => MeasureOptions,
): Promise<Measurement> {
  const measurer = new Measurer();
  const timesMs: number[] = [];
  let skippedFrames = 0;
  for (const [i, { isDecoded, groups }] of stretches.entries()) {
    const expectedMs = groups.flatMap((group) => [...group.timesMs]);
    const following = stretches[i + 1]?.groups[0];
    if (isDecoded) {
      const startMs = i === 0 ? -Infinity : (expectedMs[0] ?? -Infinity);
      const range = { startMs, endMs: following?.timesMs[0] ?? Infinity, expectedMs };
      await decodeExactly(file, measurer, range, timed());
    } else {
      for (const [k, group] of groups.entries()) hold(measurer, group, groups[k + 1] ?? following);
      skippedFrames += expectedMs.length;
      options.onProgress?.(expectedMs.at(-1) ?? 0);
    }
    for (const ms of expectedMs) timesMs.push(ms);
  }
  return {
    timestampsMs: Float64Array.from(timesMs),
    damaged: false,
    table: measurer.table,
    evidence: measurer.finish(),
    skippedFrames,
  };
}

/** Each frame looks as the nearer key frame does, lest something jump beside what is decoded; unless these are two pictures. */
function hold(measurer: Measurer, { timesMs, look }: Group, next: Group | undefined): void {
  const isNear = next !== undefined && areAlike(look, next.look);
  const first = isNear ? Math.ceil(timesMs.length / 2) : timesMs.length;
  measurer.hold(look, first);
  if (isNear) measurer.hold(next.look, timesMs.length - first);
}

/** @throws UnexpectedFrameError where other frames come than are expected, or with damage */
async function decodeExactly(
  file: string,
  measurer: Measurer,
  { startMs, endMs, expectedMs }: { startMs: number; endMs: number; expectedMs: readonly number[] },
  { ffmpeg, info, signal, stallMs, timeoutMs, onProgress }: MeasureOptions,
): Promise<void> {
  const { timestampsMs, damaged } = await decode(file, {
    ffmpeg,
    info,
    signal,
    stallMs: stallMs ?? 60_000,
    timeoutMs,
    range: { seekMs: startMs, startMs, endMs, framesAfter: Infinity, isTrimmed: true },
    onFrame: (frame) => measurer.push(frame),
    onTimestamp: (ms) => onProgress?.(ms),
  });
  const isExpected =
    timestampsMs.length === expectedMs.length &&
    timestampsMs.every((ms, i) => Math.abs((ms ?? Number.NaN) - (expectedMs[i] ?? 0)) <= DIFFERENCE_MS);
  if (damaged || !isExpected) throw new UnexpectedFrameError();
}
