import { availableParallelism } from 'node:os';

/** What ffmpeg may take at the most, where nothing else is said, in bytes of resident memory. */
export const DEFAULT_MAX_MEMORY_BYTES = 2 * 1024 ** 3;

const MINUTE_MS = 60_000;

/**
 * How long decoding a video may take altogether, in ms: ten minutes, and ten times the length that the file claims, at
 * most a day. A slow machine decodes 4K at a third of its speed; what takes longer than this does not end by itself.
 */
export function decodeTimeoutMs(durationMs: number | null): number {
  return Math.min(10 * MINUTE_MS + 10 * (durationMs ?? 0), 24 * 60 * MINUTE_MS);
}

/** Decoders hold back up to this many frames for each thread, at up to this many bytes a pixel (4:2:0 with 10 bits). */
const BYTES_PER_PIXEL = 3;
const MAX_THREADS = 16;

/**
 * How many threads may decode at once: each holds a frame, and together they may fill a quarter of the memory. The
 * rest is for the frames that a codec refers back to, 6 to 16 of them.
 */
export function decoderThreads(framePixels: number, maxMemoryBytes: number): number {
  const affordable = Math.floor(maxMemoryBytes / 4 / (framePixels * BYTES_PER_PIXEL));
  // As ffmpeg itself has it: one more than there are cores, since one waits for the frames of the others.
  return Math.max(1, Math.min(affordable, availableParallelism() + 1, MAX_THREADS));
}
