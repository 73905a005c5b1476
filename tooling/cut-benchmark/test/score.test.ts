import { expect, test } from 'vitest';
import { rates } from '../src/scoring/counts.ts';
import type { Found } from '../src/scoring/found.ts';
import type { Label } from '../src/scoring/labels.ts';
import { addScores, scoreVideo } from '../src/scoring/score.ts';

const cut = (frame: number): Found => ({ type: 'cut', frame });
const gradual = (kind: 'dissolve' | 'fade' | 'wipe', from: number, to: number): Found => ({
  type: 'gradual',
  kind,
  from,
  to,
});
const label = (parts: Partial<Label>): Label => ({
  fps: 25,
  hard: [],
  gradual: [],
  peerCuts: undefined,
  hardConditions: {},
  distractors: [],
  ...parts,
});

test('figures are of the counts of all videos together, not means of each', () => {
  const many = scoreVideo([10, 20, 30, 40].map(cut), label({ hard: [10, 20, 30, 40] }));
  const one = scoreVideo([cut(5)], label({ hard: [99] }));
  const { hard } = addScores(many, one);
  expect(hard).toEqual({ correct: 4, found: 5, labelled: 5 });
  expect(rates(hard)).toEqual({ precision: 0.8, recall: 0.8, f1: 0.8 });
});

test('what cannot be divided is null: no cuts labelled and none found', () => {
  expect(rates(scoreVideo([], label({})).hard)).toEqual({ precision: null, recall: null, f1: null });
});

test('a wipe found for a dissolve is right as a gradual, and wrong as to its kind', () => {
  const score = scoreVideo(
    [gradual('wipe', 12, 28)],
    label({ gradual: [{ from: 10, to: 30, kind: 'dissolve' }] }),
  );
  expect(score.gradual).toEqual({ correct: 1, found: 1, labelled: 1 });
  expect(score.byKind).toEqual({ dissolve: { correct: 1, labelled: 1 } });
  expect(score.typed).toMatchObject({
    dissolve: { correct: 0, found: 0, labelled: 1 },
    wipe: { correct: 0, found: 1, labelled: 0 },
  });
  expect(score.offsets).toEqual({ from: [2], to: [-2] });
});

test('a cut in a dissolve finds it, but says neither its kind nor its ends', () => {
  const score = scoreVideo([cut(20)], label({ gradual: [{ from: 10, to: 30, kind: 'dissolve' }] }));
  expect(score.gradual.correct).toBe(1);
  expect(score.typed.dissolve).toEqual({ correct: 0, found: 0, labelled: 1 });
  expect(score.offsets).toEqual({ from: [], to: [] });
});

test('a fade found at a cut is a boundary, though of the wrong type', () => {
  const score = scoreVideo([gradual('fade', 95, 105)], label({ hard: [100] }));
  expect(score.hard.correct).toBe(0);
  expect(score.any).toEqual({ correct: 1, found: 1, labelled: 1 });
});

test('false boundaries are put down to the distractor that they are in or beside', () => {
  const distractors = [
    { kind: 'flash', from: 50, to: 52 },
    { kind: 'whip-pan', from: 80, to: 95 },
  ];
  const score = scoreVideo([cut(54), gradual('dissolve', 78, 90), cut(200)], label({ distractors }));
  expect(score.falseBy).toEqual({ flash: 1, 'whip-pan': 1, nothing: 1 });
  expect(score.distractors).toEqual({ flash: 1, 'whip-pan': 1 });
});

test('cuts are counted by what they are like, found or missed', () => {
  const hardConditions = { 10: 'dark', 40: 'dark', 70: 'similar' };
  const score = scoreVideo([cut(10), cut(70)], label({ hard: [10, 40, 70], hardConditions }));
  expect(score.byCondition).toEqual({
    dark: { correct: 1, labelled: 2 },
    similar: { correct: 1, labelled: 1 },
  });
});

test("another detector's cuts are counted apart from those that people labelled", () => {
  const score = scoreVideo(
    [cut(10), cut(50)],
    label({ hard: undefined, gradual: undefined, peerCuts: [11] }),
  );
  expect(score.hard).toEqual({ correct: 0, found: 0, labelled: 0 });
  expect(score.peer).toEqual({ correct: 1, found: 2, labelled: 1 });
});
