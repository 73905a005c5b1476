import { open, rm, type FileHandle } from 'node:fs/promises';
import { FfmpegError, MediaError } from '../errors.ts';
import { inputUrl } from '../ffmpeg/hostile-input.ts';
import { run, withTail } from '../ffmpeg/run.ts';
import { fitInto, type FrameSize } from './frame-size.ts';
import { type PictureConversion, pictureConversion } from './picture-conversion.ts';
import { renderFrom, type RenderOptions } from './run-render.ts';
import { framesFrom, shortlyBefore } from './seek.ts';

export interface WriteSheetOptions extends RenderOptions {
  /** Which frames to show, in ms after the file's start, in their order. */
  framesMs: readonly number[];
  /** Each frame is as large as fits into this, in pixels. */
  box: FrameSize;
  /** The sheet is at most this wide, in pixels. */
  maxWidth: number;
  /** Called with the fraction of frames read so far, 0 to 1. */
  onProgress?: ((fraction: number) => void) | undefined;
}

export interface WrittenSheet extends FrameSize {
  columns: number;
  rows: number;
  /** Size of each frame in pixels. */
  cell: FrameSize;
  /** Between two frames, and around all of them. In pixels. */
  gap: number;
  /** The frames that it shows, row by row: those asked for, without what does not decode. */
  framesMs: number[];
}

const GAP = 4;
const GAP_COLOUR = '0x202020';

/**
 * Lays frames of a video out in a grid, and writes that as a JPEG. Each frame is sought by itself, so a sheet costs as much for
 * a long video as for a short one; the frames lie in a file beside `output` meanwhile.
 *
 * @param output path of the file to write; what is there is replaced
 * @throws MediaError `no_frames` when not one of the frames decodes; FfmpegError and the signal's reason as `run` does
 */
export async function writeSheet(
  file: string,
  output: string,
  options: WriteSheetOptions,
): Promise<WrittenSheet> {
  const { ffmpeg, info, box, maxWidth, signal } = options;
  const pictures = await pictureConversion(info, ffmpeg, signal);
  const cell = fitInto(box, info);
  const cellsFile = `${output}.cells`;
  try {
    const framesMs = await readCells(file, cellsFile, cell, pictures, options);
    if (framesMs.length === 0) throw new MediaError('no_frames', 'Not one of these frames can be decoded.');
    const columns = Math.min(framesMs.length, Math.floor((maxWidth - GAP) / (cell.width + GAP)));
    const rows = Math.ceil(framesMs.length / columns);
    await tile(cellsFile, output, { cell, columns, rows, count: framesMs.length }, options);
    const width = columns * (cell.width + GAP) + GAP;
    const height = rows * (cell.height + GAP) + GAP;
    return { width, height, columns, rows, cell, gap: GAP, framesMs };
  } finally {
    await rm(cellsFile, { force: true });
  }
}

/** Writes the frames, small and raw, one after the other. @returns the times of those that could be read */
async function readCells(
  file: string,
  cellsFile: string,
  cell: FrameSize,
  pictures: PictureConversion,
  options: WriteSheetOptions,
): Promise<number[]> {
  const { framesMs, onProgress } = options;
  const read: number[] = [];
  const cells = await open(cellsFile, 'w');
  try {
    for (const [i, atMs] of framesMs.entries()) {
      if (await readCell(file, cells, atMs, cell, pictures, options)) read.push(atMs);
      onProgress?.((i + 1) / framesMs.length);
    }
  } finally {
    await cells.close();
  }
  return read;
}

async function readCell(
  file: string,
  cells: FileHandle,
  atMs: number,
  cell: FrameSize,
  pictures: PictureConversion,
  options: WriteSheetOptions,
): Promise<boolean> {
  const chunks: Buffer[] = [];
  const graph = `${framesFrom(options.info, atMs)},trim=end_frame=1,${pictures.toJpeg(cell)}[cell]`;
  const args = ['-filter_complex', graph, '-map', '[cell]', '-frames:v', '1', '-f', 'rawvideo', 'pipe:1'];
  const seekMs = shortlyBefore(options.info, atMs);
  await renderFrom({ file, seekMs, args, onStdout: (chunk) => void chunks.push(chunk) }, options);
  const frame = Buffer.concat(chunks);
  // yuv420p: four bytes of luma have one of each colour beside them.
  if (frame.length !== (cell.width * cell.height * 3) / 2) return false;
  await cells.write(frame);
  return true;
}

interface Grid {
  cell: FrameSize;
  columns: number;
  rows: number;
  count: number;
}

async function tile(
  cellsFile: string,
  output: string,
  { cell, columns, rows, count }: Grid,
  { ffmpeg, signal, stallMs = 60_000 }: RenderOptions,
): Promise<void> {
  const layout = `tile=${columns}x${rows}:nb_frames=${count}:padding=${GAP}:margin=${GAP}:color=${GAP_COLOUR}`;
  const args = [
    ['-nostdin', '-hide_banner', '-loglevel', 'level+error', '-y'],
    ['-f', 'rawvideo', '-pix_fmt', 'yuvj420p', '-video_size', `${cell.width}x${cell.height}`],
    ['-i', inputUrl(cellsFile), '-vf', layout, '-frames:v', '1'],
    ['-q:v', '4', '-f', 'mjpeg', inputUrl(output)],
  ].flat();
  const { exitCode, stderrTail } = await run(ffmpeg.ffmpeg, args, { signal, stallMs });
  if (exitCode !== 0)
    throw new FfmpegError('failed', withTail('The sheet could not be laid out.', stderrTail));
}
