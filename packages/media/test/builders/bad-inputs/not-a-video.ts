import { execFileSync } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { type BadInput, beginningOf, bytes, rendered } from './seeds.ts';

const SINE = ['-f', 'lavfi', '-i', 'sine=duration=1'];
const ONE_FRAME = (frames: string) => ['-i', frames, '-frames:v', '1'];
const SUBTITLES = '1\n00:00:00,000 --> 00:00:02,000\nHello\n';

/** Numbers without a pattern, the same each time (the generator of Park and Miller). */
function noise(length: number): Buffer {
  let state = 1;
  return Buffer.from(Array.from({ length }, () => (state = (state * 48_271) % 2_147_483_647) & 255));
}

/** Files that hold no video at all. */
export const notAVideo: Record<string, BadInput> = {
  'nothing at all': { build: bytes(() => '') },
  'one byte': { build: bytes(() => 'x') },
  'a line of text': { build: bytes(() => 'hello\n') },
  'a long text': { build: bytes(() => 'Not a film.\n'.repeat(5000)) },
  'an error page of a server': {
    build: bytes(
      () => '<!doctype html><html><head><title>404 Not Found</title></head><body>Gone</body></html>',
    ),
  },
  zeros: { build: bytes(() => Buffer.alloc(1_000_000)) },
  noise: { build: bytes(() => noise(300_000)) },
  'a ZIP archive': { build: bytes(() => `PK\x03\x04\x14${'\0'.repeat(25)}film.mp4`) },
  'a folder': {
    build: async (_, file) => {
      await mkdir(file);
      return file;
    },
  },
  'a named pipe': {
    build: async (_, file) => {
      execFileSync('mkfifo', [file]);
      return file;
    },
  },
  'a device': { build: async () => '/dev/zero' },
  'a PNG': { extension: 'png', build: rendered(({ frames }) => ONE_FRAME(frames)) },
  'a JPEG under the name of a video': {
    build: rendered(({ frames }) => [...ONE_FRAME(frames), '-c:v', 'mjpeg', '-f', 'image2']),
  },
  'a BMP': { extension: 'bmp', build: rendered(({ frames }) => ONE_FRAME(frames)) },
  'a WebP': {
    extension: 'webp',
    build: bytes(() => Buffer.from('UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAgA0JaQAA3AA/vuUAAA=', 'base64')),
  },
  'an SVG': {
    extension: 'svg',
    build: bytes(
      () => '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>',
    ),
  },
  subtitles: { extension: 'srt', build: bytes(() => SUBTITLES) },
  sound: { build: rendered(() => [...SINE, '-c:a', 'aac']) },
  'sound with a cover': {
    extension: 'm4a',
    build: rendered(({ frames }) => [
      ...SINE,
      ['-i', frames, '-frames:v', '1', '-map', '0', '-map', '1', '-c:a', 'aac', '-c:v', 'mjpeg'],
      ['-disposition:v', 'attached_pic'],
    ]),
  },
  'the first 40 bytes of an mp4': { build: bytes(async ({ mp4 }) => (await readFile(mp4)).subarray(0, 40)) },
  'the first fiftieth of an mkv': { extension: 'mkv', build: beginningOf('mkv', 0.02) },
};
