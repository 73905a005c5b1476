import { expect, test } from 'vitest';
import { parseLabels } from '../src/scoring/labels.ts';

test('graduals are pairs of frames, or objects with from and to, or with start and end', () => {
  const gradual = [[10, 20], { from: 30, to: 40, kind: 'wipe' }, { start: 50, end: 60, kind: 'morph' }];
  const { videos } = parseLabels({ 'a.mp4': { fps: 25, gradual } });
  expect(videos.get('a.mp4')?.gradual).toEqual([
    { from: 10, to: 20, kind: undefined },
    { from: 30, to: 40, kind: 'wipe' },
    { from: 50, to: 60, kind: undefined },
  ]);
});

test('fades in ms become stretches of frames', () => {
  const { videos } = parseLabels({ 'a.mp4': { fps: 25, hard: [], fades_to_black_ms: [[1010, 1990]] } });
  expect(videos.get('a.mp4')?.gradual).toEqual([{ from: 25, to: 50, kind: 'fade' }]);
});

test('what is no video is ignored, and a video without labels is named', () => {
  const { videos, unlabelled } = parseLabels({
    about: 'labelled by hand',
    'a.mp4': { fps: 25, hard: [], source: 'a camera' },
    'b.mp4': { fps: 24, frames: 100 },
  });
  expect([...videos.keys()]).toEqual(['a.mp4']);
  expect(unlabelled).toEqual(['b.mp4']);
});

test('what was not labelled is undefined, unlike what is labelled as none', () => {
  const { videos } = parseLabels({ 'a.mp4': { fps: 25, hard: [] } });
  expect(videos.get('a.mp4')).toMatchObject({ hard: [], gradual: undefined });
});

test.each([
  [{ 'a.mp4': { fps: 0, hard: [] } }, /"a\.mp4": fps/],
  [{ 'a.mp4': { fps: 25, hard: [-1] } }, /"a\.mp4": hard\.0/],
  [{ 'a.mp4': { fps: 25, gradual: [[20, 10]] } }, /"a\.mp4": gradual\.0: ends before it begins/],
  [[1, 2], /must hold an object/],
])('wrong labels are refused with the name of the video and the key: %j', (json, message) => {
  expect(() => parseLabels(json)).toThrow(message);
});
