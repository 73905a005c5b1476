import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { type Ffmpeg, probe, resolveFfmpeg, writeClip, type WriteClipOptions } from '../src/index.ts';
import { findBeep, numbered, type NumberedOptions, readNumbers } from './builders/numbered.ts';
import { render } from './builders/render.ts';
import { describeFile } from './builders/streams.ts';
import * as videos from './builders/videos.ts';
import { isRunning, wrapper } from './builders/wrapper.ts';
import { useWorkspace } from './builders/workspace.ts';

const workspace = useWorkspace();

/** Renders a stretch of a file. @returns the path of the clip */
async function clipOf(
  file: string,
  startMs: number,
  endMs: number,
  options: Partial<WriteClipOptions> = {},
): Promise<string> {
  const { ffmpeg } = workspace;
  const output = `${file}.clip.mp4`;
  await writeClip(file, output, {
    ffmpeg,
    info: options.info ?? (await probe(file, { ffmpeg })),
    startMs,
    endMs,
    ...options,
  });
  return output;
}

const numbersOf = (frames: readonly { number: number }[]) => frames.map(({ number }) => number);

const x264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '15'];
const sources: [name: string, file: string, options: NumberedOptions][] = [
  ['an mp4 with B-frames at 29.97 frames a second', 'ntsc.mp4', { rate: '30000/1001', beepsAt: 3.2 }],
  [
    'open groups of pictures, and sound that begins late',
    'open.mkv',
    {
      encoding: [...x264, '-x264-params', 'open-gop=1:keyint=50:bframes=3'],
      soundFilter: 'asetpts=PTS+2.1/TB',
      beepsAt: 1.1,
    },
  ],
  ['a transport stream, which does not begin at 0', 'stream.ts', { beepsAt: 3.2 }],
  [
    'a variable frame rate, and a picture that begins after the sound',
    'late.mp4',
    { filter: "select='lt(n,60)+not(mod(n,3))',setpts=PTS+1.6/TB", beepsAt: 4.8 },
  ],
  ['a video that was cut out of another by an edit list', 'edited.mp4', { beepsAt: 3.2, cutAt: 0.5 }],
];

describe.concurrent('a clip has exactly its frames, and its sound beside them', () => {
  test.each(sources)('of %s', async (_, name, options) => {
    const file = await numbered(workspace.ffmpeg, workspace.path(name), options);

    const clips = await clipsByBothBuilds(file);

    for (const { frames, wanted, beepOffMs } of clips) {
      expect(numbersOf(frames)).toEqual(numbersOf(wanted));
      expect(frames[0]?.ms).toBe(0);
      const off = frames.map(({ ms }, i) => Math.abs(ms - (wanted[i]?.ms ?? 0) + (wanted[0]?.ms ?? 0)));
      expect(Math.max(...off)).toBeLessThanOrEqual(2);
      expect(beepOffMs).toBeLessThanOrEqual(10);
    }
  });
});

/** Has both builds of ffmpeg render the frames from 1.4 s to 0.4 s before the end, and reads the clips as the analysis would. */
async function clipsByBothBuilds(file: string) {
  const { ffmpeg } = workspace;
  const info = await probe(file, { ffmpeg });
  const source = await readNumbers(ffmpeg, file);
  const lastMs = source.at(-1)?.ms ?? 0;
  const wanted = source.filter(({ ms }) => ms >= lastMs - 1400 && ms < lastMs - 400);
  const startMs = wanted[0]?.ms ?? 0;
  const endMs = source.find(({ ms }) => ms >= lastMs - 400)?.ms ?? 0;
  const beepMs = (await findBeep(ffmpeg, file)) - startMs;
  const clips = [];
  for (const build of [ffmpeg, await resolveFfmpeg({ env: { PATH: '' } })]) {
    const clip = await clipOf(file, startMs, endMs, { ffmpeg: build, info });
    const beepOffMs = Math.abs((await findBeep(ffmpeg, clip)) - beepMs);
    clips.push({ frames: await readNumbers(ffmpeg, clip), wanted, beepOffMs });
  }
  return clips;
}

test.each([
  ['a video filmed upright stands upright', videos.filmedUpright, { width: 180, height: 320 }],
  ['an odd size becomes even', videos.oddSize, { width: 202, height: 114 }],
])('%s, in pixels that play everywhere', async (_, build, size) => {
  const { ffmpeg } = workspace;
  const file = await build(ffmpeg, workspace.path('shape.mp4'));

  const { streams } = await describeFile(ffmpeg, await clipOf(file, 0, 1000));

  expect(streams).toHaveLength(1);
  expect(streams[0]).toMatchObject({ ...size, codec_name: 'h264', pix_fmt: 'yuv420p' });
  expect(JSON.stringify(streams)).not.toContain('rotat');
});

test.each([
  ['an ffmpeg that can tone map', ''],
  ['an ffmpeg that cannot', 'case "$*" in *-filters) exit 0;; esac; '],
])('HDR in 10 bits, of an odd size, comes out of %s as SDR in 8', async (name, script) => {
  const { ffmpeg } = workspace;
  const odd = 'testsrc2=size=320x180:rate=25:duration=1,format=yuv420p10le,crop=319:179:0:0:exact=1';
  const file = await render(ffmpeg, workspace.path('hdr.mkv'), [
    ['-f', 'lavfi', '-i', odd, '-c:v', 'ffv1'],
    ['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc'],
  ]);
  const path = await wrapper(workspace, name.replaceAll(' ', '-'), `${script}exec "${ffmpeg.ffmpeg}" "$@"`);

  const clip = await clipOf(file, 0, 1000, { ffmpeg: { ...ffmpeg, ffmpeg: path } });

  const { streams } = await describeFile(ffmpeg, clip);
  expect(streams[0]).toMatchObject({ codec_name: 'h264', profile: 'High', pix_fmt: 'yuv420p' });
  expect(streams[0]).toMatchObject({ color_transfer: 'bt709', color_primaries: 'bt709' });
  expect(await readNumbers(ffmpeg, clip)).toHaveLength(25);
});

test('the index comes first, and progress rises to the end', async () => {
  const { ffmpeg } = workspace;
  const file = await videos.oneShot(ffmpeg, workspace.path('whole.mp4'));
  const fractions: number[] = [];

  const clip = await readFile(await clipOf(file, 0, 4000, { onProgress: (done) => fractions.push(done) }));

  expect(clip.indexOf('moov')).toBeLessThan(clip.indexOf('mdat'));
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  expect(fractions.at(-1)).toBe(1);
});

test('an abort ends ffmpeg at once and rejects with its reason', async () => {
  const { ffmpeg } = workspace;
  const file = await videos.oneShot(ffmpeg, workspace.path('aborted.mp4'));
  const slow = await wrapper(workspace, 'aborted', `exec "${ffmpeg.ffmpeg}" -re "$@"`);
  const abort = new AbortController();
  const reason = new Error('The job was cancelled.');

  const clip = clipOf(file, 0, 5000, {
    ffmpeg: { ...ffmpeg, ffmpeg: slow },
    signal: abort.signal,
    onProgress: () => abort.abort(reason),
  });

  await expect(clip).rejects.toBe(reason);
  expect(await isRunning(slow)).toBe(false);
});

test.each([
  ['that ffmpeg does not know', 'unknown.mkv', 'aac', 'A_AAC', 'A_XYZ'],
  ['that it knows but cannot decode', 'mpegh.mov', 'pcm_s16le', 'sowt', 'mhm1'],
])('sound %s is left out of a clip', async (_, name, codec, tag, foreign) => {
  const { ffmpeg } = workspace;
  const file = await render(ffmpeg, workspace.path(name), [
    ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:duration=1', '-f', 'lavfi', '-i', 'sine=duration=1'],
    [...x264, '-c:a', codec],
  ]);
  const bytes = await readFile(file);
  bytes.write(foreign, bytes.lastIndexOf(tag));
  await writeFile(file, bytes);

  const clip = await clipOf(file, 0, 1000);

  const { streams } = await describeFile(ffmpeg, clip);
  expect(streams).toMatchObject([{ codec_name: 'h264', nb_frames: '25' }]);
});

test('a stretch in which nothing is shown is no clip', async () => {
  const file = await videos.oneShot(workspace.ffmpeg, workspace.path('short.mp4'));

  await expect(clipOf(file, 9000, 10_000)).rejects.toMatchObject({ name: 'MediaError', code: 'no_frames' });
});

test('a disk that cannot be read is no fault of the video', async () => {
  const { ffmpeg } = workspace;
  const file = await videos.oneShot(ffmpeg, workspace.path('unread.mp4'));
  const broken = await wrapper(workspace, 'broken', 'echo "[error] file: Input/output error" >&2; exit 1');

  const clip = clipOf(file, 0, 2000, { ffmpeg: { ...ffmpeg, ffmpeg: broken } });

  await expect(clip).rejects.toMatchObject({ name: 'FfmpegError', code: 'failed' });
});

test('a seek that misses the first frame is made good from the start of the file', async () => {
  const { ffmpeg } = workspace;
  const file = await numbered(ffmpeg, workspace.path('missed.mp4'));
  const tooFar = `case "$*" in *"-ss "*) exec "${ffmpeg.ffmpeg}" -itsoffset 0.21 "$@";; *) exec "${ffmpeg.ffmpeg}" "$@";; esac`;
  const missing: Ffmpeg = { ...ffmpeg, ffmpeg: await wrapper(workspace, 'missing', tooFar) };

  const clip = await clipOf(file, 3000, 3400, { ffmpeg: missing });

  expect(numbersOf(await readNumbers(ffmpeg, clip))).toEqual([75, 76, 77, 78, 79, 80, 81, 82, 83, 84]);
});
