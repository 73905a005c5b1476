import { createRandom, seedFor } from '../../random.ts';
import { FAMILIES } from '../families/index.ts';
import type { Disturbance } from '../plan/disturbance.ts';
import type { ShotPlan } from '../plan/video-plan.ts';
import type { FieldBank } from '../scene/field-bank.ts';
import type { Actor, Scene } from '../scene/scene.ts';
import { blur } from './blur.ts';
import { drawLowerThird, drawSubtitle } from './captions.ts';
import { drawLayer } from './draw-layer.ts';
import { drawSpriteAt } from './draw-sprite.ts';
import { expose } from './expose.ts';
import { lightAt } from './light.ts';
import { fade } from './mix.ts';
import { drawPassers, type Passer, passersOf } from './passers.ts';
import { type Picture } from './picture.ts';
import { type Pose, poseAt, VIEW_HEIGHT, viewFrom } from './pose.ts';

/** The shutter is open for half a frame, as film cameras have it. */
const SHUTTER = 0.5;
/** Pixels of motion that one exposure may leave sharp, and how many exposures a frame may have. */
const SHARP_PIXELS = 4;
const MOST_EXPOSURES = 6;

export interface ShotContext {
  bank: FieldBank;
  /** Frames a second. */
  fps: number;
  /** Frames of the transition by which it comes in. */
  lead: number;
}

/** Renders the frames of one shot, in any order. */
export class ShotRenderer {
  readonly #plan: ShotPlan;
  readonly #fps: number;
  readonly #scene: Scene;
  readonly #disturbances: readonly Disturbance[];
  readonly #passers: readonly Passer[];
  #sums = new Uint16Array();

  constructor(plan: ShotPlan, { bank, fps, lead }: ShotContext) {
    this.#plan = plan;
    this.#fps = fps;
    this.#scene = FAMILIES[plan.family](createRandom(plan.sceneSeed), bank);
    this.#disturbances = plan.disturbances.map((disturbance) => ({
      ...disturbance,
      from: disturbance.from + lead,
    }));
    this.#passers = passersOf(this.#disturbances, bank);
  }

  /** @param frame of the shot, from 0 where it is first seen */
  render(frame: number, picture: Picture): void {
    const shown = this.#shownFrame(frame);
    this.#photograph(shown, picture);
    for (const disturbance of this.#disturbances) this.#defocus(disturbance, frame, picture);
    const light = lightAt(this.#disturbances, shown);
    const { exposure, noise, vignette } = this.#scene;
    expose(picture, {
      gain: exposure * this.#plan.exposure * light.gain,
      tint: light.tint,
      noise: noise * this.#plan.noise,
      noiseSeed: seedFor(this.#plan.camera.seed, String(shown)),
      vignette,
    });
    if (light.glare > 0) fade(picture, 'white', light.glare);
    for (const disturbance of this.#disturbances) caption(disturbance, frame, picture);
  }

  /** While the picture stands still it is an earlier frame that is seen. */
  #shownFrame(frame: number): number {
    let late = 0;
    for (const disturbance of this.#disturbances) {
      if (disturbance.kind !== 'freeze') continue;
      const { from, frames, skips } = disturbance;
      if (frame >= from && frame < from + frames) return from - late;
      if (frame >= from + frames && !skips) late += frames;
    }
    return frame - late;
  }

  /** One exposure, or the mean of several where the camera or something large moves fast. */
  #photograph(frame: number, picture: Picture): void {
    const exposures = Math.min(MOST_EXPOSURES, Math.ceil(this.#motion(frame, picture) / SHARP_PIXELS));
    if (exposures <= 1) return this.#draw(frame, picture);
    if (this.#sums.length !== picture.bytes.length) this.#sums = new Uint16Array(picture.bytes.length);
    const sums = this.#sums.fill(0);
    for (let exposure = 0; exposure < exposures; exposure += 1) {
      this.#draw(frame + (SHUTTER * exposure) / exposures, picture);
      for (let at = 0; at < sums.length; at += 1) sums[at] = (sums[at] ?? 0) + (picture.bytes[at] ?? 0);
    }
    for (let at = 0; at < sums.length; at += 1) picture.bytes[at] = (sums[at] ?? 0) / exposures;
  }

  /** How many pixels the picture moves while the shutter is open. */
  #motion(frame: number, { width, height }: Picture): number {
    const from = this.#pose(frame);
    const to = this.#pose(frame + SHUTTER);
    const pixels = (height / VIEW_HEIGHT) * from.zoom;
    const panned = Math.hypot(to.x - from.x, to.y - from.y) * pixels;
    const zoomed = Math.abs(to.zoom / from.zoom - 1) * (width / 2);
    const passing = this.#passers
      .filter(({ disturbance: { from: start, frames } }) => frame >= start && frame < start + frames)
      .map(({ disturbance: { kind, frames } }) => (kind === 'flicker' ? 0 : (SHUTTER * width * 2) / frames));
    return Math.max(panned, zoomed, ...passing);
  }

  #pose(frame: number): Pose {
    return poseAt(this.#plan.camera, this.#disturbances, frame / this.#fps, frame);
  }

  #draw(frame: number, picture: Picture): void {
    const seconds = frame / this.#fps;
    const pose = this.#pose(frame);
    const view = viewFrom(pose, picture.height, seconds);
    for (const layer of this.#scene.layers) drawLayer(picture, layer, view);
    const [startX, startY] = this.#plan.camera.at;
    const moved = { x: pose.x - startX, y: pose.y - startY };
    for (const actor of this.#scene.actors)
      drawActor(picture, actor, moved, view.scale, seconds + this.#plan.actorsAt);
    for (const layer of this.#scene.foreground) drawLayer(picture, layer, view);
    drawPassers(picture, this.#passers, frame);
  }

  #defocus(disturbance: Disturbance, frame: number, picture: Picture): void {
    if (disturbance.kind !== 'defocus') return;
    const gone = (frame - disturbance.from) / disturbance.frames;
    if (gone <= 0 || gone >= 1) return;
    blur(picture, disturbance.radius * (picture.height / VIEW_HEIGHT) * Math.sin(Math.PI * gone));
  }
}

function drawActor(
  picture: Picture,
  actor: Actor,
  moved: Pick<Pose, 'x' | 'y'>,
  scale: number,
  seconds: number,
): void {
  const { at, velocity, reach, sway, size } = actor;
  const swing = Math.sin(6.283 * sway.hz * seconds + sway.phase);
  const x = toAndFro(at[0] + velocity[0] * seconds, reach) + sway.by * swing - moved.x;
  const y = toAndFro(at[1] + velocity[1] * seconds, reach) + sway.by * 0.6 * Math.abs(swing) - moved.y;
  drawSpriteAt(picture, actor.sprite, {
    x: picture.width / 2 + x / scale,
    y: picture.height / 2 + y / scale,
    width: (size[0] * (1 + 0.03 * swing)) / scale,
    height: size[1] / scale,
  });
}

/** Walks between -reach and reach. */
function toAndFro(at: number, reach: number): number {
  const period = 4 * reach;
  const along = (((at + reach) % period) + period) % period;
  return along < 2 * reach ? along - reach : 3 * reach - along;
}

function caption(disturbance: Disturbance, frame: number, picture: Picture): void {
  if (disturbance.kind !== 'caption') return;
  const { from, frames, style, seed } = disturbance;
  if (frame < from || frame >= from + frames) return;
  if (style === 'subtitle') drawSubtitle(picture, seed);
  else drawLowerThird(picture, seed);
}
