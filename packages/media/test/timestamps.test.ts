import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { analyzeCuts, type Ffmpeg, probe, resolveFfmpeg } from '../src/index.ts';
import { encode, renderFrames, timedVideos } from './builders/timed-videos.ts';
import * as videos from './builders/videos.ts';
import { useWorkspace } from './builders/workspace.ts';

const execute = promisify(execFile);
const workspace = useWorkspace();

const FrameTimes = z.object({
  frames: z.array(z.object({ best_effort_timestamp_time: z.string().optional() })),
  format: z.object({ start_time: z.coerce.number().catch(0) }),
});

let frames: string;
let encoders: string;
/** That of the machine, where it has one, to encode by: it knows formats that the builds of npm do not. */
let encoder: Ffmpeg;

beforeAll(async () => {
  encoder = await resolveFfmpeg({ env: { PATH: process.env['PATH'] } });
  frames = await renderFrames(encoder, workspace.path('frames.y4m'));
  encoders = (await execute(encoder.ffmpeg, ['-hide_banner', '-encoders'])).stdout;
});

/** What ffprobe says of each frame, in ms after the start of the file: an answer without any code of this package. */
async function presentationTimes(file: string): Promise<number[]> {
  const entries = 'frame=best_effort_timestamp_time:format=start_time';
  const args = ['-v', 'error', '-select_streams', 'v:0', '-show_entries', entries, '-of', 'json', file];
  const { stdout } = await execute(workspace.ffmpeg.ffprobe, args, { env: { GCONV_PATH: '/nonexistent' } });
  const { frames: shown, format } = FrameTimes.parse(JSON.parse(stdout));
  return shown.map((frame) =>
    Math.round(1000 * (Number(frame.best_effort_timestamp_time) - format.start_time)),
  );
}

describe.concurrent('a shot starts when a player shows its first frame', () => {
  test.for(timedVideos)('$name', async (video, { skip }) => {
    const codec = video.encoders.find((name) => encoders.includes(` ${name} `));
    if (codec === undefined) return skip(`This ffmpeg cannot encode ${video.encoders.join(' or ')}.`);
    const file = workspace.path(`${video.name}.${video.extension}`);
    await encode(encoder, { frames, file, encoder: codec }, video);

    const times = await presentationTimes(file);
    const found = await analyzeCuts(file, { ffmpeg: workspace.ffmpeg });

    expect(found.shots.map(({ startMs }) => startMs)).toEqual(video.startsMs);
    // The first frames of a video that begins below zero have no time.
    expect(times.filter(Number.isFinite)).toEqual(expect.arrayContaining(video.startsMs.slice(1)));
  });
});

test('a video filmed upright is described as it is shown', async () => {
  const { ffmpeg } = workspace;
  const upright = await videos.filmedUpright(ffmpeg, workspace.path('upright.mp4'));

  const info = await probe(upright, { ffmpeg });

  expect(info).toMatchObject({ width: 180, height: 320, codec: 'h264', frameRate: 25, hasAudio: false });
});
