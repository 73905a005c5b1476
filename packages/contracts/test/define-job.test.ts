import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { cutAnalysis, CutAnalysisResult, defineJob } from '../src/index.ts';

describe('defineJob', () => {
  const schemas = { input: z.object({}), output: z.null() };

  test.each(['a', 'cut_analysis', 'mail.send:v2', 'x'.repeat(100)])('takes %j as a type', (type) => {
    expect(defineJob({ type, ...schemas }).type).toBe(type);
  });

  test.each(['', 'Cut', '1st', 'a b', 'naïve', 'x'.repeat(101)])('refuses %j as a type', (type) => {
    expect(() => defineJob({ type, ...schemas })).toThrow(/is not valid: use 1 to 100 of a-z/);
  });

  test('gives back a contract that nobody can change', () => {
    const contract = defineJob({ type: 'fixed', ...schemas });

    expect(Object.isFrozen(contract)).toBe(true);
  });
});

describe('the contract of cut_analysis', () => {
  const parts = { sharpness: 1, colourfulness: 0, exposure: 0.5, contrast: 0.5, motion: 0.5 };
  const clip = {
    clip_id: '0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69',
    start_ms: 0,
    end_ms: 4000,
    visual_score: 0.7,
    score_parts: parts,
  };
  const result = {
    clips_created: 1,
    duration: 60_000,
    variants: [clip],
    shots: [{ start_ms: 0, end_ms: 60_000, transition: 'start' }],
  };

  test('takes the id of a video, and nothing that is none', () => {
    expect(cutAnalysis.input.safeParse({ video_asset_id: clip.clip_id }).success).toBe(true);
    expect(cutAnalysis.input.safeParse({ video_asset_id: '../../etc/passwd' }).success).toBe(false);
    expect(cutAnalysis.input.safeParse({}).success).toBe(false);
  });

  test('takes a choice of clips, and names what is wrong with one', () => {
    const wrongPaths = (clips: object) =>
      cutAnalysis.input
        .safeParse({ video_asset_id: clip.clip_id, clips })
        .error?.issues.map(({ path }) => path.join('.'));

    expect(wrongPaths({})).toBeUndefined();
    expect(wrongPaths({ count: 20, min_ms: 500, max_ms: 500 })).toBeUndefined();
    expect(wrongPaths({ count: 21 })).toEqual(['clips.count']);
    expect(wrongPaths({ min_ms: 499, max_ms: 180_001 })).toEqual(['clips.min_ms', 'clips.max_ms']);
    expect(wrongPaths({ min_ms: 5000, max_ms: 4999 })).toEqual(['clips.max_ms']);
    expect(wrongPaths({ counts: 3 })).toEqual(['clips']);
  });

  test('takes a result of the documented form', () => {
    expect(CutAnalysisResult.parse(result)).toEqual(result);
  });

  test('refuses a score beyond 1, a negative time, and a transition that nobody knows', () => {
    const refused = [
      { ...result, variants: [{ ...clip, visual_score: 1.01 }] },
      { ...result, variants: [{ ...clip, start_ms: -1 }] },
      { ...result, shots: [{ start_ms: 0, end_ms: 1, transition: 'explosion' }] },
    ];

    for (const one of refused) expect(CutAnalysisResult.safeParse(one).success).toBe(false);
  });
});
