import { readFile, writeFile } from 'node:fs/promises';
import { box, changeBox, element } from '../containers.ts';
import { render } from '../render.ts';
import { type BadInput, bytes, type BuildBadInput, rendered } from './seeds.ts';

const COPY = ['-c', 'copy'];
const FFV1 = ['-c:v', 'ffv1'];
const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast'];
const MPEG2 = ['-c:v', 'mpeg2video', '-q:v', '3'];

/** The same three shots in frames of another size. */
const ofSize = (width: number, height: number, ...codec: string[]) =>
  rendered(({ frames }) => [
    '-i',
    frames,
    '-filter:v',
    `scale=${width}:${height}`,
    '-pix_fmt',
    'yuv444p',
    ...codec,
  ]);

/** Two MPEG-TS files one after the other, the second as the options say. */
const joined =
  (...second: string[]): BuildBadInput =>
  async (seeds, file) => {
    const one = await render(seeds.ffmpeg, `${file}.1.ts`, ['-i', seeds.frames, ...MPEG2]);
    const two = await render(seeds.ffmpeg, `${file}.2.ts`, [
      ['-i', seeds.frames, ...MPEG2, ...second, '-output_ts_offset', '3'],
    ]);
    await writeFile(file, Buffer.concat([await readFile(one), await readFile(two)]));
    return file;
  };

/** An ffmetadata file beside the video. */
const withMetadata =
  (text: () => string): BuildBadInput =>
  async (seeds, file) => {
    const metadata = `${file}.txt`;
    await writeFile(metadata, `;FFMETADATA1\n${text()}`);
    return render(seeds.ffmpeg, file, [
      ['-i', seeds.mp4, '-i', metadata, '-map_metadata', '1', '-map_chapters', '1', ...COPY],
    ]);
  };

/** Videos that are in order, and unlike those that people mostly upload. */
export const oddVideos: Record<string, BadInput> = {
  'one frame': { build: rendered(({ frames }) => ['-i', frames, '-frames:v', '1', ...X264]) },
  'a GIF of one frame': {
    extension: 'gif',
    build: rendered(({ frames }) => ['-i', frames, '-frames:v', '1']),
  },
  'five frames': { build: rendered(({ frames }) => ['-i', frames, '-frames:v', '5', ...X264]) },
  'an hour of one picture': {
    extension: 'mkv',
    build: rendered(() => [
      ['-f', 'lavfi', '-i', 'color=gray:size=160x96:rate=1/5:duration=3600', ...X264, '-g', '600'],
    ]),
  },
  'a frame an hour': {
    extension: 'mkv',
    build: rendered(({ frames }) => [
      ['-r', '1/3600', '-i', frames, '-frames:v', '3', '-r', '1/3600', '-c:v', 'mpeg4'],
    ]),
  },
  '1000 frames a second': {
    build: rendered(({ frames }) => ['-r', '1000', '-i', frames, '-r', '1000', ...X264, '-bf', '0']),
  },
  '8K: 7680 x 4320': {
    build: rendered(() => ['-f', 'lavfi', '-i', 'color=gray:size=7680x4320:rate=25:duration=0.08', ...X264]),
  },
  'one pixel': { extension: 'mkv', build: ofSize(1, 1, ...FFV1) },
  '3 x 7 pixels': { extension: 'mkv', build: ofSize(3, 7, ...FFV1) },
  '641 x 359 pixels': { extension: 'mkv', build: ofSize(641, 359, ...X264) },
  '2048 x 2 pixels': { extension: 'mkv', build: ofSize(2048, 2, ...FFV1) },
  '2 x 2048 pixels': { extension: 'mkv', build: ofSize(2, 2048, ...FFV1) },
  'an mkv called .mp4': { build: bytes(({ mkv }) => readFile(mkv)) },
  'an mpeg-ts called .txt': { extension: 'txt', build: bytes(({ ts }) => readFile(ts)) },
  'frames that change their size': { extension: 'ts', build: joined('-filter:v', 'scale=320:240') },
  'frames that change their pixel format': { extension: 'ts', build: joined('-pix_fmt', 'yuv422p') },
  'metadata of 5 MB': {
    extension: 'mkv',
    build: withMetadata(() => `comment=${'metadata '.repeat(600_000)}\n`),
  },
  '3000 chapters': {
    build: withMetadata(() =>
      Array.from(
        { length: 3000 },
        (_, i) => `[CHAPTER]\nTIMEBASE=1/1000\nSTART=${i}\nEND=${i + 1}\ntitle=${i}\n`,
      ).join(''),
    ),
  },
  'a video with a cover': {
    build: rendered(({ mp4, frames }) => [
      ['-i', mp4, '-i', frames, '-map', '0', '-map', '1', '-c:v:0', 'copy', '-c:v:1', 'mjpeg'],
      ['-frames:v:1', '1', '-disposition:v:1', 'attached_pic'],
    ]),
  },
  'a name full of odd characters': {
    build: async ({ mp4, path }) => {
      const file = path(`-i %03d "quoted" 'too' $HOME \`x\` concat:a|b http:, ;\n📼.mp4`);
      await writeFile(file, await readFile(mp4));
      return file;
    },
  },
  'an mp4 that claims to last for 30 years': {
    build: bytes(async ({ mp4 }) => {
      const whole = await readFile(mp4);
      const aThousandth = (at: number) => (content: Buffer) => {
        content.writeUInt32BE(1, at);
        content.writeUInt32BE(1_000_000_000, at + 4);
        return content;
      };
      return changeBox(whole, ['moov', 'mvhd'], aThousandth(12));
    }),
  },
  'an mp4 that claims 200 million frames': {
    build: bytes(async ({ mp4 }) =>
      changeBox(await readFile(mp4), ['moov', 'trak', 'mdia', 'minf', 'stbl'], (content) => {
        const count = 200_000_000;
        const table = box('stbl', content);
        const sizes = changeBox(table, ['stbl', 'stsz'], () => uint32(0, 10, count));
        const times = changeBox(sizes, ['stbl', 'stts'], () => uint32(0, 1, count, 1));
        return changeBox(times, ['stbl', 'stsc'], () => uint32(0, 1, 1, count, 1)).subarray(8);
      }),
    ),
  },
  '3000 streams': {
    extension: 'mkv',
    build: bytes(() => {
      const tracks = Array.from({ length: 3000 }, (_, i) =>
        element(
          'AE',
          element('D7', i + 1),
          element('73C5', i + 1),
          element('83', 2),
          element('86', 'A_PCM/INT/LIT'),
        ),
      );
      const head = element('1A45DFA3', element('4282', 'matroska'), element('4287', 2), element('4285', 2));
      return Buffer.concat([
        head,
        element(
          '18538067',
          element('1549A966', element('2AD7B1', 1_000_000)),
          element('1654AE6B', ...tracks),
          element('1F43B675', element('E7', 0)),
        ),
      ]);
    }),
  },
};

function uint32(...values: number[]): Buffer {
  const result = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => result.writeUInt32BE(value, 4 * i));
  return result;
}
