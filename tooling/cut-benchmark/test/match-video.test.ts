import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Found } from '../src/scoring/found.ts';
import { matchVideo } from '../src/scoring/match-video.ts';

const cut = (frame: number): Found => ({ type: 'cut', frame });
const dissolve = (from: number, to: number): Found => ({ type: 'gradual', kind: 'dissolve', from, to });
const labels = (hard: number[], ...gradual: [number, number][]) => ({
  hard,
  gradual: gradual.map(([from, to]) => ({ from, to, kind: undefined })),
});

test('one cut found twice counts once, and the other one is false', () => {
  const match = matchVideo([cut(99), cut(101)], labels([100]));
  expect(match.hard).toHaveLength(1);
  expect(match.falseCuts).toHaveLength(1);
});

test('the nearest pair goes first, so that both cuts find their labels', () => {
  const match = matchVideo([cut(100), cut(101)], labels([101, 99]));
  expect(match.hard).toEqual([
    { found: cut(101), labelled: 101 },
    { found: cut(100), labelled: 99 },
  ]);
});

test('a cut two frames away is false, and its label is missed', () => {
  const match = matchVideo([cut(102)], labels([100]));
  expect(match).toMatchObject({ hard: [], missedHard: [100], falseCuts: [cut(102)] });
});

test('a dissolve found where a cut is labelled is a false gradual, and the cut is missed', () => {
  const match = matchVideo([dissolve(90, 110)], labels([100]));
  expect(match).toMatchObject({ missedHard: [100], falseGraduals: [dissolve(90, 110)], falseCuts: [] });
});

test('of two cuts in a labelled dissolve one stands for it, and the other is not held against the cuts', () => {
  const match = matchVideo([cut(50), cut(60)], labels([], [40, 70]));
  expect(match.gradual).toHaveLength(1);
  expect(match).toMatchObject({ falseCuts: [], surplusCuts: [cut(60)], missedGradual: [] });
});

test('one frame beside a labelled dissolve still belongs to it, two do not', () => {
  const match = matchVideo([cut(39), cut(72)], labels([], [40, 70]));
  expect(match.gradual).toMatchObject([{ found: cut(39) }]);
  expect(match.falseCuts).toEqual([cut(72)]);
});

test('the greater overlap goes first: each of two dissolves finds the stretch that it is about', () => {
  const match = matchVideo([dissolve(10, 45), dissolve(42, 60)], labels([], [10, 30], [40, 60]));
  expect(match.gradual.map(({ found, labelled }) => [found, labelled.from])).toEqual([
    [dissolve(10, 45), 10],
    [dissolve(42, 60), 40],
  ]);
});

test('two dissolves found in one stretch: the second is false', () => {
  const match = matchVideo([dissolve(40, 58), dissolve(60, 70)], labels([], [40, 70]));
  expect(match.falseGraduals).toEqual([dissolve(60, 70)]);
});

test('a cut that stands for a labelled cut is not used for the dissolve beside it', () => {
  const match = matchVideo([cut(40)], labels([40], [41, 60]));
  expect(match).toMatchObject({ hard: [{ labelled: 40 }], gradual: [], missedGradual: [{ from: 41 }] });
});

test('nobody is judged on what was not labelled', () => {
  const found = [cut(10), dissolve(20, 30)];
  expect(matchVideo(found, { hard: [], gradual: undefined })).toMatchObject({
    falseCuts: [cut(10)],
    falseGraduals: [],
  });
  expect(matchVideo(found, { hard: undefined, gradual: [] })).toMatchObject({
    falseCuts: [],
    falseGraduals: [dissolve(20, 30)],
  });
});

test('every boundary found and every label ends in exactly one place', () => {
  const frame = fc.nat({ max: 60 });
  const stretch = fc
    .tuple(frame, fc.nat({ max: 20 }))
    .map(([from, length]) => [from, from + length] as const);
  const found = fc.oneof(
    frame.map(cut),
    stretch.map(([from, to]) => dissolve(from, to)),
  );
  fc.assert(
    fc.property(fc.array(found), fc.uniqueArray(frame), fc.array(stretch), (all, hard, gradual) => {
      const label = labels(hard, ...gradual.map(([from, to]): [number, number] => [from, to]));
      const match = matchVideo(all, label);
      const right = [...match.hard, ...match.gradual].map((pair) => pair.found);
      const placed = [...right, ...match.falseCuts, ...match.falseGraduals, ...match.surplusCuts];
      expect(new Set(placed)).toEqual(new Set(all));
      expect(placed).toHaveLength(all.length);
      expect(match.hard.length + match.missedHard.length).toBe(hard.length);
      expect(match.gradual.length + match.missedGradual.length).toBe(gradual.length);
    }),
  );
});
