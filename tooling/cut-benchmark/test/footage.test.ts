import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { DISTURBANCE_KINDS } from '../src/footage/plan/plan-disturbance.ts';
import { planSet } from '../src/footage/plan/plan-set.ts';
import { totalFrames } from '../src/footage/plan/timeline.ts';
import type { ShotPlan, TransitionPlan, VideoPlan } from '../src/footage/plan/video-plan.ts';
import { renderVideo } from '../src/footage/render/render-video.ts';
import { truthOf } from '../src/footage/truth.ts';

const WIDTH = 32;
const HEIGHT = 18;

/** A shot of a camera that stands still, without the sensor's noise. */
const still = (family: ShotPlan['family'], frames: number): ShotPlan => ({
  family,
  sceneSeed: 3,
  camera: { at: [0, 0], pan: [0, 0], zoom: 1, zoomRate: 1, sway: 0, seed: 1 },
  actorsAt: 0,
  frames,
  exposure: 1,
  noise: 0,
  disturbances: [],
});

const video = (shots: ShotPlan[], transitions: TransitionPlan[]): VideoPlan => ({
  name: 'test.mp4',
  kind: 'cuts',
  width: WIDTH,
  height: HEIGHT,
  fps: [25, 1],
  encoding: { encoder: 'libx264', args: [], container: 'mp4' },
  bankSeed: 1,
  letterbox: false,
  logo: false,
  shots,
  transitions,
});

const hashes = (plan: VideoPlan) =>
  Array.from(renderVideo(plan), (frame) => createHash('sha256').update(frame).digest('hex'));

test('the same seed renders the same frames, and another one does not', () => {
  const [first, again, other] = [1, 1, 2].map((seed) => {
    const [plan] = planSet('dev', seed);
    if (!plan) throw new Error('No plan');
    return hashes({ ...plan, width: WIDTH, height: HEIGHT, shots: plan.shots.slice(0, 1), transitions: [] });
  });
  expect(again).toEqual(first);
  expect(other?.[0]).not.toBe(first?.[0]);
});

const alone = {
  old: hashes(video([still('aerial', 4)], [])),
  next: hashes(video([still('portrait', 12)], [])),
};

test.each<TransitionPlan>([
  { kind: 'cut', condition: 'plain' },
  { kind: 'dissolve', frames: 5, easing: 'even' },
  { kind: 'wipe', frames: 6, geometry: 'clock', softness: 0.1 },
  { kind: 'fade', colour: 'black', out: 3, hold: 2, in: 4 },
  { kind: 'fade', colour: 'white', out: 0, hold: 2, in: 2 },
])('labels of $kind hold exactly the frames that show neither shot alone', (transition) => {
  const plan = video([still('aerial', 4), still('portrait', 3)], [transition]);
  const { hard, gradual, frames } = truthOf(plan);
  const length = gradual[0] ? gradual[0].to - gradual[0].from + 1 : 0;
  const both = hashes(plan);

  const start = gradual[0]?.from ?? hard[0] ?? NaN;
  expect(both).toHaveLength(frames);
  expect(both.slice(0, start)).toEqual(alone.old);
  expect(both.slice(start + length)).toEqual(alone.next.slice(length, length + 3));
  for (const frame of both.slice(start, start + length))
    expect([...alone.old, ...alone.next]).not.toContain(frame);
});

test.each(['dev', 'test'] as const)(
  'the half "%s" has hundreds of boundaries of every kind, and distractors',
  (split) => {
    const truths = planSet(split, 1).map(truthOf);
    const count = <T>(all: T[], is: (one: T) => boolean) => all.filter(is).length;
    const graduals = truths.flatMap(({ gradual }) => gradual);
    const conditions = truths.flatMap((truth) => Object.values(truth.hard_conditions));
    const distractors = truths.flatMap((truth) => truth.distractors);

    expect(conditions.length + graduals.length).toBeGreaterThan(250);
    for (const kind of ['dissolve', 'fade', 'wipe'])
      expect(count(graduals, (one) => one.kind === kind)).toBeGreaterThan(20);
    for (const condition of ['similar', 'dark', 'fast-motion', 'short-shot', 'beside-flash', 'under-caption'])
      expect(count(conditions, (one) => one === condition)).toBeGreaterThan(10);
    for (const kind of DISTURBANCE_KINDS)
      expect(count(distractors, (one) => one.kind === kind)).toBeGreaterThan(3);
  },
);

test('the two halves share neither places nor names for them', () => {
  const familiesOf = (split: 'dev' | 'test') => planSet(split, 1).flatMap((plan) => truthOf(plan).families);
  const dev = new Set(familiesOf('dev'));
  expect(familiesOf('test').filter((family) => dev.has(family))).toEqual([]);
});

test('no distractor touches a transition, but for those that are meant to', () => {
  const near = planSet('test', 1)
    .filter(({ kind }) => kind !== 'hard-cases')
    .flatMap((plan) => {
      const { hard, gradual, distractors } = truthOf(plan);
      const edges = [...hard.map((frame) => ({ from: frame, to: frame })), ...gradual];
      return distractors.filter((one) =>
        edges.some(({ from, to }) => one.from <= to + 5 && one.to >= from - 5),
      );
    });
  expect(near).toEqual([]);
  expect(planSet('test', 1).every((plan) => totalFrames(plan) > 100)).toBe(true);
});
