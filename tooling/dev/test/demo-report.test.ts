import type { ClipResource, Shot } from '@orq/contracts';
import { describe, expect, it } from 'vitest';
import { checkCuts, clipTable, clock, mediaLines } from '../src/demo/report.ts';

const shotsAt = (...startsMs: number[]): Shot[] =>
  [0, ...startsMs].map((start_ms) => ({
    start_ms,
    end_ms: start_ms + 1,
    transition: 'cut',
    transition_start_ms: start_ms,
    transition_end_ms: start_ms,
  }));

const clip = (start_ms: number, end_ms: number): ClipResource => ({
  id: '0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69',
  video_asset_id: '0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69',
  job_id: '0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69',
  start_ms,
  end_ms,
  poster_ms: null,
  render: null,
  media_url: null,
  poster_url: null,
  visual_score: 0.876,
  score_parts: { sharpness: 1, colourfulness: 0.9, exposure: 0.8, contrast: 0.7, motion: 0.6 },
  created_at: '2026-01-01T00:00:00Z',
});

describe('checkCuts', () => {
  it('finds every known cut within a frame', () => {
    expect(checkCuts([2000, 3600], shotsAt(2040, 3560))).toEqual({
      allFound: true,
      summary: 'All 2 known cuts were found, and no other.',
    });
  });

  it('tells what was missed, and what is not there', () => {
    expect(checkCuts([2000, 3600], shotsAt(2000, 5000))).toEqual({
      allFound: false,
      summary: '1 of 2 known cuts were found (missed: 0:03.600; not there: 0:05.000).',
    });
  });
});

describe('clipTable', () => {
  it('has a row for each clip, with its times and its scores', () => {
    const rows = clipTable([clip(0, 2000), clip(61_500, 64_000)])
      .split('\n')
      .filter((line) => line.includes('0.88'));

    expect(rows).toHaveLength(2);
    expect(rows[1]).toMatch(
      /2 .* 1:01\.500 .* 1:04\.000 .* 2\.50 s .* 0\.88 .* 1\.00 .* 0\.90 .* 0\.80 .* 0\.70 .* 0\.60/,
    );
  });
});

describe('mediaLines', () => {
  it('says where each clip and sheet is, and which job did not make it', () => {
    const { id } = clip(0, 1);
    const clips = [
      { ...clip(0, 1), media_url: '/clips/a/media' },
      { ...clip(1, 2), render: { job_id: id, status: 'failed' as const } },
    ];

    const text = mediaLines('http://orq', { sheets: null, contact_sheet: null, storyboard: null }, clips);

    expect(text.split('\n')).toEqual([
      'clip 1         http://orq/clips/a/media',
      `clip 2         not rendered: see http://orq/jobs/${id}`,
      'contact sheet  not rendered',
      'storyboard     not rendered',
    ]);
  });
});

describe('clock', () => {
  it.each([
    [0, '0:00.000'],
    [59_999, '0:59.999'],
    [60_000, '1:00.000'],
    [3_661_001, '61:01.001'],
  ])('of %i ms is %s', (ms, text) => {
    expect(clock(ms)).toBe(text);
  });
});
