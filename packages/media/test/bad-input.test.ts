import { describe, expect, test } from 'vitest';
import { analyzeCuts, MediaError, type MediaErrorCode, probe } from '../src/index.ts';
import * as videos from './builders/videos.ts';
import { useWorkspace } from './builders/workspace.ts';

const workspace = useWorkspace();

async function failureOf(file: string): Promise<unknown> {
  return analyzeCuts(file, { ffmpeg: workspace.ffmpeg }).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('a file that is no video is refused for good, with a reason', () => {
  const cases: [string, MediaErrorCode, (path: string) => Promise<string>][] = [
    ['an empty file', 'empty_file', (path) => videos.textFile(path, '')],
    [
      'text under the name of a video',
      'not_a_video',
      (path) => videos.textFile(path, 'Not a film.\n'.repeat(500)),
    ],
    ['one line of text', 'not_a_video', (path) => videos.textFile(path, 'hello')],
    ['sound without a picture', 'no_video_stream', (path) => videos.audioOnly(workspace.ffmpeg, path)],
    [
      'an mp4 cut off before its index',
      'unreadable_container',
      (path) => videos.truncatedWithoutIndex(workspace.ffmpeg, path),
    ],
    ['frames too large to decode', 'frame_too_large', (path) => videos.hugeFrames(workspace.ffmpeg, path)],
    ['an index without any frame data', 'no_frames', (path) => videos.indexOnly(workspace.ffmpeg, path)],
  ];
  test.each(cases)('%s', async (name, code, build) => {
    const error = await failureOf(await build(workspace.path(`${name}.mp4`)));

    expect(error).toBeInstanceOf(MediaError);
    expect(error).toMatchObject({ code, message: expect.stringMatching(/^[A-Z][^\n]+\.$/) });
  });
});

describe('a file that points to other files is refused, and they are not opened', () => {
  const cases: [string, (target: string) => string][] = [
    [
      'an HLS playlist',
      (target) => `#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n${target}\n#EXT-X-ENDLIST\n`,
    ],
    ['a concat script', (target) => `ffconcat version 1.0\nfile ${target}\n`],
    [
      'a DASH manifest',
      (target) =>
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet>' +
        `<Representation id="1" mimeType="video/mp4"><BaseURL>${target}</BaseURL></Representation>` +
        '</AdaptationSet></Period></MPD>',
    ],
  ];
  test.each(cases)('%s', async (name, script) => {
    const target = await videos.oneShot(workspace.ffmpeg, workspace.path('secret.mp4'));

    // The reference and the name are such that ffmpeg, left to itself, would follow them.
    for (const extension of ['mp4', 'm3u8', 'mpd', 'ffconcat']) {
      const error = await failureOf(
        await videos.textFile(workspace.path(`${name}.${extension}`), script('secret.mp4')),
      );
      expect(error).toBeInstanceOf(MediaError);
    }
    expect(await failureOf(target)).toBeUndefined();
  });
});

test('a name that looks like a protocol or an option is only a name', async () => {
  const file = await videos.oneShot(workspace.ffmpeg, workspace.path('concat:a|b -version.mp4'));

  expect(await probe(file, { ffmpeg: workspace.ffmpeg })).toMatchObject({ codec: 'h264' });
});

test('a missing file is no fault of a video', async () => {
  const error = await failureOf(workspace.path('missing.mp4'));

  expect(error).not.toBeInstanceOf(MediaError);
  expect(error).toMatchObject({ code: 'ENOENT' });
});

test('a video cut short is analysed as far as it decodes', async () => {
  const { ffmpeg } = workspace;
  const file = await videos.truncatedWithIndex(ffmpeg, workspace.path('short.mp4'));

  const { shots, clips, durationMs } = await analyzeCuts(file, { ffmpeg });

  expect(durationMs).toBeGreaterThan(4000);
  expect(durationMs).toBeLessThan(9000);
  expect(shots.slice(0, 3).map(({ startMs }) => startMs)).toEqual([0, 2000, 3600]);
  expect(clips.every(({ endMs }) => endMs <= durationMs)).toBe(true);
});

test('a video with a corrupt middle keeps the cuts outside of it at their times', async () => {
  const { ffmpeg } = workspace;
  const file = await videos.corruptMiddle(ffmpeg, workspace.path('corrupt.mp4'));

  const { shots } = await analyzeCuts(file, { ffmpeg });

  const starts = shots.map(({ startMs }) => startMs);
  expect(starts.slice(0, 3)).toEqual([0, 2000, 3600]);
  expect(starts.at(-1)).toBe(10000);
});

test('a video of 0.2 s is one shot and one clip', async () => {
  const { ffmpeg } = workspace;
  const file = await videos.fifthOfASecond(ffmpeg, workspace.path('blink.mp4'));

  const { shots, clips } = await analyzeCuts(file, { ffmpeg });

  expect(shots).toMatchObject([{ startMs: 0, endMs: 200, transition: 'start' }]);
  expect(clips).toMatchObject([{ startMs: 0, endMs: 200 }]);
});
