import { readFile } from 'node:fs/promises';
import { changeBox } from '../containers.ts';
import { render } from '../render.ts';
import { type BadInput, beginningOf, bytes, rendered } from './seeds.ts';

const COPY = ['-c', 'copy'];
/** 16 bytes: the first a unit of h264 that no decoder knows. */
const KEY = '76a6c65c5ea762046bd749a2e632ccbb';

async function overwritten(file: string, from: number, to: number): Promise<Buffer> {
  const whole = await readFile(file);
  return whole.fill(
    Buffer.from([0x5a, 0x13, 0xc7]),
    Math.round(whole.length * from),
    Math.round(whole.length * to),
  );
}

/** Videos of which something is missing or broken. */
export const damaged: Record<string, BadInput> = {
  'an mp4 without its index': {
    build: async (seeds, file) => {
      const indexLast = await render(seeds.ffmpeg, `${file}.whole.mp4`, ['-i', seeds.mp4, ...COPY]);
      return bytes(async () => (await readFile(indexLast)).subarray(0, -3000))(seeds, file);
    },
  },
  'an mp4 that is all index': {
    build: bytes(async ({ mp4 }) => {
      const whole = await readFile(mp4);
      return whole.fill(0, whole.indexOf('mdat') + 4);
    }),
  },
  'half an mp4': { build: beginningOf('mp4', 0.5) },
  'half an mkv': { extension: 'mkv', build: beginningOf('mkv', 0.5) },
  'half a webm': { extension: 'webm', build: beginningOf('webm', 0.5) },
  'half an avi': { extension: 'avi', build: beginningOf('avi', 0.5) },
  'half an mpeg-ts': { extension: 'ts', build: beginningOf('ts', 0.5) },
  'half an flv': { extension: 'flv', build: beginningOf('flv', 0.5) },
  'the end of an mpeg-ts': {
    extension: 'ts',
    build: bytes(async ({ ts }) => {
      const whole = await readFile(ts);
      return whole.subarray(Math.round(whole.length * 0.45));
    }),
  },
  'an mp4 overwritten in the middle': { build: bytes(({ mp4 }) => overwritten(mp4, 0.4, 0.6)) },
  'an mkv overwritten in the middle': {
    extension: 'mkv',
    build: bytes(({ mkv }) => overwritten(mkv, 0.4, 0.6)),
  },
  'an mpeg-ts overwritten in the middle': {
    extension: 'ts',
    build: bytes(({ ts }) => overwritten(ts, 0.4, 0.6)),
  },
  'an avi whose index is broken': {
    extension: 'avi',
    build: bytes(async ({ avi }) => {
      const whole = await readFile(avi);
      return whole.fill(0xff, whole.lastIndexOf('idx1') + 8);
    }),
  },
  'an avi without its index': {
    extension: 'avi',
    build: bytes(async ({ avi }) => {
      const whole = await readFile(avi);
      return whole.subarray(0, whole.lastIndexOf('idx1'));
    }),
  },
  'an mp4 of a picture track without pictures': {
    build: bytes(async ({ mp4 }) =>
      changeBox(await readFile(mp4), ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsz'], () =>
        Buffer.alloc(12),
      ),
    ),
  },
  'an encrypted mp4': {
    build: async (seeds, file) => {
      const encryption = [
        '-encryption_scheme',
        'cenc-aes-ctr',
        '-encryption_key',
        KEY,
        '-encryption_kid',
        KEY,
      ];
      await render(seeds.ffmpeg, file, ['-i', seeds.mp4, ...COPY, ...encryption]);
      // ffmpeg leaves the name of the codec where ISO/IEC 23001-7 wants `encv`.
      return bytes(async () => {
        const whole = await readFile(file);
        whole.write('encv', whole.indexOf('avc1', whole.lastIndexOf('stsd')), 'latin1');
        return whole;
      })(seeds, file);
    },
  },
  'raw h264, which has no times': { extension: 'h264', build: rendered(({ mp4 }) => ['-i', mp4, ...COPY]) },
  'raw hevc, which has no times': {
    extension: 'hevc',
    build: rendered(({ frames }) => [
      ['-i', frames, '-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error'],
    ]),
  },
  'an mpeg-ts whose clock jumps forth by three days': {
    extension: 'ts',
    build: async (seeds, file) => {
      const later = await render(seeds.ffmpeg, `${file}.later.ts`, [
        ['-i', seeds.ts, ...COPY, '-output_ts_offset', String(3 * 86_400)],
      ]);
      return bytes(async () => Buffer.concat([await readFile(seeds.ts), await readFile(later)]))(seeds, file);
    },
  },
  'an mkv whose clock jumps forth by thirty days': {
    extension: 'mkv',
    build: (seeds, file) =>
      render(seeds.ffmpeg, file, [
        ['-i', seeds.mp4, '-vf', `setpts='PTS+gt(N,40)*${30 * 86_400}/TB'`],
        [...seeds.ffmpeg.passthroughArgs, '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-an'],
      ]),
  },
  'two mpeg-ts joined end to end': {
    extension: 'ts',
    build: bytes(async ({ ts }) => Buffer.concat([await readFile(ts), await readFile(ts)])),
  },
};
