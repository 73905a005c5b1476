import { createRandom, seedFor } from '../../random.ts';
import { planShots, type VideoFormat } from './plan-video.ts';
import { STYLES } from './style.ts';
import type { TransitionPlan, VideoPlan } from './video-plan.ts';

interface CostVideo {
  name: string;
  /** In pixels as rendered, and by how much ffmpeg enlarges it. */
  width: number;
  height: number;
  enlarge: number;
  fps: readonly [number, number];
  seconds: number;
}

const VIDEOS: readonly CostVideo[] = [
  { name: '1080p.mp4', width: 960, height: 540, enlarge: 2, fps: [30, 1], seconds: 30 },
  { name: '720p.mp4', width: 640, height: 360, enlarge: 2, fps: [30, 1], seconds: 60 },
  { name: 'low-resolution.mp4', width: 320, height: 180, enlarge: 1, fps: [25, 1], seconds: 240 },
];

const SHOT_SECONDS = 3;

/** Videos to measure cost on: H.264 as cameras and sites make it, a cut every three seconds. */
export function planCostVideos(seed: number): VideoPlan[] {
  return VIDEOS.map(({ name, width, height, enlarge, fps, seconds }) => {
    const random = createRandom(seedFor(seed, name));
    const format: VideoFormat = { width, height, fps, letterbox: false, logo: false };
    const transitions = Array.from({ length: seconds / SHOT_SECONDS - 1 }, (): TransitionPlan => ({
      kind: 'cut',
      condition: 'plain',
    }));
    const shotMs = [SHOT_SECONDS * 1000, SHOT_SECONDS * 1000] as const;
    // Enlarged pictures are smooth; the noise gives the decoder as much to do as footage of that size does.
    const enlarged = `scale=${width * enlarge}:${height * enlarge}:flags=bilinear,noise=alls=5:allf=t`;
    const filter = enlarge === 1 ? [] : ['-vf', enlarged];
    return {
      name,
      kind: 'cuts',
      width,
      height,
      fps,
      letterbox: false,
      logo: false,
      encoding: {
        encoder: 'libx264',
        args: [...filter, '-preset', 'veryfast', '-crf', '23'],
        container: 'mp4',
      },
      bankSeed: seedFor(seed, 'cost'),
      shots: planShots(random, STYLES.dev, { kind: 'cuts', transitions, shotMs }, format),
      transitions,
    };
  });
}
