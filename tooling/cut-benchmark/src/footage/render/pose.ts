import { createRandom } from '../../random.ts';
import type { Disturbance } from '../plan/disturbance.ts';
import type { CameraPlan } from '../plan/video-plan.ts';
import type { View } from './view.ts';

/** Texels from the top of the view to its bottom, without zoom. */
export const VIEW_HEIGHT = 240;
/** Times a second that a hand sways, and how much of the whole each has. */
const SWAYS = [
  { hz: 0.31, share: 1 },
  { hz: 0.83, share: 0.6 },
  { hz: 1.9, share: 0.28 },
  { hz: 4.3, share: 0.12 },
] as const;

/** Which way the camera points: in texels, and a factor of zoom. */
export interface Pose {
  x: number;
  y: number;
  zoom: number;
  /** Radians. */
  roll: number;
}

/** @param seconds since the shot began; @param frame of the shot, not necessarily whole */
export function poseAt(
  camera: CameraPlan,
  disturbances: readonly Disturbance[],
  seconds: number,
  frame: number,
): Pose {
  const random = createRandom(camera.seed);
  const sway = () =>
    SWAYS.reduce((sum, { hz, share }) => sum + share * Math.sin(6.283 * (hz * seconds + random.next())), 0) *
    camera.sway;
  const pose = {
    x: camera.at[0] + camera.pan[0] * seconds + sway(),
    y: camera.at[1] + camera.pan[1] * seconds + sway(),
    zoom: camera.zoom * camera.zoomRate ** seconds,
    roll: sway() * 0.002,
  };
  for (const disturbance of disturbances) disturb(pose, disturbance, frame);
  return pose;
}

function disturb(pose: Pose, disturbance: Disturbance, frame: number): void {
  const gone = (frame - disturbance.from) / disturbance.frames;
  if (gone <= 0) return;
  const eased = gone >= 1 ? 1 : gone * gone * (3 - 2 * gone);
  switch (disturbance.kind) {
    case 'whip-pan':
      pose.x += disturbance.by[0] * eased;
      pose.y += disturbance.by[1] * eased;
      break;
    case 'zoom':
      pose.zoom *= disturbance.factor ** eased;
      break;
    case 'shake': {
      if (gone >= 1) break;
      const random = createRandom(disturbance.seed + Math.floor(frame));
      pose.x += disturbance.by * random.between(-1, 1);
      pose.y += disturbance.by * random.between(-1, 1);
      pose.roll += disturbance.by * random.between(-0.0015, 0.0015);
      break;
    }
    default:
  }
}

/** @param height of the picture in pixels */
export function viewFrom(pose: Pose, height: number, seconds: number): View {
  return {
    x: pose.x,
    y: pose.y,
    scale: VIEW_HEIGHT / height / pose.zoom,
    cos: Math.cos(pose.roll),
    sin: Math.sin(pose.roll),
    seconds,
  };
}
