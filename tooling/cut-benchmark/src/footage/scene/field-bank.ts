import { createRandom, seedFor } from '../../random.ts';
import { type Field, leavesField, noiseField } from './field.ts';

/** What fields are made like. Each scene draws some of them and mixes its textures from them. */
const RECIPES = {
  clouds: (seed: number) =>
    noiseField(createRandom(seed), { cell: [256, 128], octaves: 6, persistence: 0.55 }),
  rough: (seed: number) => noiseField(createRandom(seed), { cell: [64, 64], octaves: 5, persistence: 0.7 }),
  grain: (seed: number) => noiseField(createRandom(seed), { cell: [8, 8], octaves: 3, persistence: 0.8 }),
  ripples: (seed: number) =>
    noiseField(createRandom(seed), { cell: [128, 16], octaves: 4, persistence: 0.65 }),
  streaks: (seed: number) =>
    noiseField(createRandom(seed), { cell: [16, 256], octaves: 4, persistence: 0.65 }),
  stones: (seed: number) => leavesField(createRandom(seed), { shape: 'disc', radius: [5, 90], coverage: 4 }),
  foliage: (seed: number) => leavesField(createRandom(seed), { shape: 'disc', radius: [3, 22], coverage: 4 }),
  blocks: (seed: number) =>
    leavesField(createRandom(seed), { shape: 'block', radius: [8, 130], coverage: 4 }),
  bricks: (seed: number) => leavesField(createRandom(seed), { shape: 'block', radius: [4, 24], coverage: 4 }),
  grass: (seed: number) => leavesField(createRandom(seed), { shape: 'blade', radius: [12, 60], coverage: 5 }),
} as const;

export type FieldKind = keyof typeof RECIPES;

/** Fields made once and drawn from again and again, as making one takes longer than mixing a texture from it. */
export interface FieldBank {
  /** @param pick any integer; as many variants as the bank holds of each kind share them */
  field(kind: FieldKind, pick: number): Field;
}

const VARIANTS = 3;

/** Makes each field when it is first asked for. */
export function createFieldBank(seed: number): FieldBank {
  const made = new Map<string, Field>();
  return {
    field(kind, pick) {
      const name = `${kind}${pick % VARIANTS}`;
      const found = made.get(name);
      if (found) return found;
      const field = RECIPES[kind](seedFor(seed, name));
      made.set(name, field);
      return field;
    },
  };
}
