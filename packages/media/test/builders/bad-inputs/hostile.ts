import { readFile } from 'node:fs/promises';
import { deflateSync } from 'node:zlib';
import { box, changeBox, element } from '../containers.ts';
import { render } from '../render.ts';
import { type BadInput, bytes, rendered } from './seeds.ts';

/** Scripts name this file, which lies beside them. */
const TARGET = 'seed.mp4';

const PLAYLIST = `#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n${TARGET}\n#EXT-X-ENDLIST\n`;
const MANIFEST =
  '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet>' +
  `<Representation id="1" mimeType="video/mp4"><BaseURL>${TARGET}</BaseURL></Representation>` +
  '</AdaptationSet></Period></MPD>';
const SESSION = 'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n';

/** Files made to have ffmpeg read something else, or fill the memory. */
export const hostile: Record<string, BadInput> = {
  'an HLS playlist': { extension: 'm3u8', build: bytes(() => PLAYLIST) },
  'an HLS playlist called .mp4': { build: bytes(() => PLAYLIST) },
  'an HLS playlist with data in it': {
    extension: 'm3u8',
    build: bytes(() => PLAYLIST.replace(TARGET, 'data:video/mp4;base64,AAAA')),
  },
  'a concat script': { extension: 'ffconcat', build: bytes(() => `ffconcat version 1.0\nfile ${TARGET}\n`) },
  'a concat script called .mp4': { build: bytes(() => `ffconcat version 1.0\nfile ${TARGET}\n`) },
  'a DASH manifest': { extension: 'mpd', build: bytes(() => MANIFEST) },
  'a session description': { extension: 'sdp', build: bytes(() => SESSION) },
  'a QuickTime file whose pictures are in another file': {
    extension: 'mov',
    build: async (seeds, file) => {
      const plain = await render(seeds.ffmpeg, `${file}.plain.mov`, ['-i', seeds.mp4, '-c', 'copy']);
      const reference = ['moov', 'trak', 'mdia', 'minf', 'dinf', 'dref'];
      return bytes(async () => changeBox(await readFile(plain), reference, () => aliasOf(TARGET)))(
        seeds,
        file,
      );
    },
  },
  'frames of 12000 x 12000 pixels': {
    extension: 'mov',
    build: async (seeds, file) => {
      const small = await rendered(({ frames }) => [
        ['-i', frames, '-frames:v', '2', '-c:v', 'mjpeg', '-strict', '-1'],
      ])(seeds, `${file}.small.mov`);
      return bytes(async () => enlarged(await readFile(small), 12_000))(seeds, file);
    },
  },
  'a GIF of 60000 x 60000 pixels': {
    extension: 'gif',
    build: async (seeds, file) => {
      await render(seeds.ffmpeg, file, ['-i', seeds.frames, '-frames:v', '3']);
      return bytes(async () => {
        const whole = await readFile(file);
        whole.writeUInt16LE(60_000, 6);
        whole.writeUInt16LE(60_000, 8);
        return whole;
      })(seeds, file);
    },
  },
  'an mkv whose frame unpacks to 50 MB': {
    extension: 'mkv',
    build: bytes(() => {
      const frame = deflateSync(Buffer.alloc(50_000_000));
      const packing = element('6D80', element('6240', element('5034', element('4254', 0))));
      const size = element('E0', element('B0', 160), element('BA', 90));
      const track = element(
        'AE',
        element('D7', 1),
        element('73C5', 1),
        element('83', 1),
        element('86', 'V_MJPEG'),
        size,
        packing,
      );
      const head = element('1A45DFA3', element('4282', 'matroska'), element('4287', 2), element('4285', 2));
      const cluster = element(
        '1F43B675',
        element('E7', 0),
        element('A3', Buffer.from([0x81, 0, 0, 0x80]), frame),
      );
      return Buffer.concat([head, element('18538067', element('1654AE6B', track), cluster)]);
    }),
  },
  'a QuickTime file whose index unpacks to 4 GB': {
    extension: 'mov',
    build: bytes(() => {
      const claimed = Buffer.alloc(4);
      claimed.writeUInt32BE(0xf0_00_00_00);
      const index = box(
        'cmov',
        box('dcom', Buffer.from('zlib')),
        box('cmvd', claimed, deflateSync(Buffer.alloc(50_000_000))),
      );
      return Buffer.concat([box('ftyp', Buffer.from('qt  \0\0\0\0qt  ')), box('moov', index)]);
    }),
  },
};

/** Writes another size into each JPEG (its SOF0 marker) and into the sample description of a QuickTime file. */
function enlarged(whole: Buffer, side: number): Buffer {
  const marker = Buffer.from([0xff, 0xc0, 0x00, 0x11]);
  for (let at = whole.indexOf(marker); at >= 0; at = whole.indexOf(marker, at + 1)) {
    whole.writeUInt16BE(side, at + 5);
    whole.writeUInt16BE(side, at + 7);
  }
  // 28 bytes after the type of the entry (ISO/IEC 14496-12, section 12.1.3).
  const entry = whole.indexOf('jpeg', whole.indexOf('stsd')) + 28;
  whole.writeUInt16BE(side, entry);
  whole.writeUInt16BE(side, entry + 2);
  return whole;
}

/** A data reference to a file in the same folder: an alias record of the Mac's file system, as QuickTime wrote them. */
function aliasOf(name: string): Buffer {
  const record = Buffer.alloc(150);
  // One level up from this file, and one down to the other.
  record.writeUInt16BE(1, 130);
  record.writeUInt16BE(1, 132);
  const path = Buffer.from(`:${name}`, 'latin1');
  const padded = Buffer.concat([path, Buffer.alloc(path.length % 2)]);
  const absolute = Buffer.alloc(4);
  absolute.writeUInt16BE(2, 0);
  absolute.writeUInt16BE(path.length, 2);
  const end = Buffer.from([0xff, 0xff, 0, 0]);
  const alias = box('alis', Buffer.alloc(4), record, absolute, padded, end);
  return Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]), alias]);
}
