import type { Random } from '../../random.ts';

/** Fields and textures are this large, in texels. They tile: what leaves at one edge comes in at the other. */
export const FIELD = { width: 1024, height: 512, texels: 1024 * 512 } as const;
const COLUMN_MASK = FIELD.width - 1;
const ROW_MASK = FIELD.height - 1;

/** A value from 0 to 255 for each texel, row by row. */
export type Field = Uint8Array;

export interface NoiseShape {
  /** Texels between two values of the coarsest octave, a power of two; across and down. */
  cell: readonly [number, number];
  octaves: number;
  /** How much of an octave's strength the next finer one has. */
  persistence: number;
}

/** Fractal value noise: octaves of random lattices, smoothly interpolated, stretched to fill 0 to 255. */
export function noiseField(random: Random, { cell, octaves, persistence }: NoiseShape): Field {
  const sum = new Float32Array(FIELD.texels);
  let strength = 1;
  for (let octave = 0; octave < octaves; octave += 1) {
    const cellWidth = Math.max(2, cell[0] >> octave);
    const cellHeight = Math.max(2, cell[1] >> octave);
    addLattice(sum, random, cellWidth, cellHeight, strength);
    strength *= persistence;
  }
  return stretch(sum);
}

function addLattice(
  sum: Float32Array,
  random: Random,
  cellWidth: number,
  cellHeight: number,
  strength: number,
): void {
  const columns = FIELD.width / cellWidth;
  const rows = FIELD.height / cellHeight;
  const lattice = new Float32Array(columns * rows);
  for (let at = 0; at < lattice.length; at += 1) lattice[at] = random.next() * strength;
  const rowBetween = new Float32Array(columns + 1);
  for (let y = 0; y < FIELD.height; y += 1) {
    const row = Math.floor(y / cellHeight);
    const down = smooth((y % cellHeight) / cellHeight);
    const upper = row * columns;
    const lower = ((row + 1) % rows) * columns;
    for (let c = 0; c <= columns; c += 1) {
      const column = c % columns;
      const above = lattice[upper + column] ?? 0;
      rowBetween[c] = above + ((lattice[lower + column] ?? 0) - above) * down;
    }
    let at = y * FIELD.width;
    for (let c = 0; c < columns; c += 1) {
      const left = rowBetween[c] ?? 0;
      const step = (rowBetween[c + 1] ?? 0) - left;
      for (let x = 0; x < cellWidth; x += 1) {
        sum[at] = (sum[at] ?? 0) + left + step * smooth(x / cellWidth);
        at += 1;
      }
    }
  }
}

const smooth = (t: number) => t * t * (3 - 2 * t);

function stretch(values: Float32Array): Field {
  let least = Infinity;
  let most = -Infinity;
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const scale = 255 / (most - least);
  // Not Uint8Array.from with a function: that takes twenty times as long.
  const field = new Uint8Array(values.length);
  for (let at = 0; at < values.length; at += 1) field[at] = ((values[at] ?? 0) - least) * scale;
  return field;
}

type LeafShape = 'disc' | 'block' | 'blade';

export interface LeavesShape {
  shape: LeafShape;
  /** Least and greatest radius in texels. There are as many small ones as large ones by area. */
  radius: readonly [number, number];
  /** How often each texel is covered on average, before the last leaf that covers it wins. */
  coverage: number;
}

/**
 * The "dead leaves" model (Matheron 1968; Lee, Mumford and Huang, IJCV 2001): shapes of all sizes that cover each other,
 * each of a value of its own with some shading. It has the edges and the statistics of photographs, which noise lacks.
 */
export function leavesField(random: Random, { shape, radius, coverage }: LeavesShape): Field {
  const field = new Uint8Array(FIELD.texels).fill(128);
  let toCover = coverage * FIELD.texels;
  while (toCover > 0) {
    // Areas that fall with the cube of the radius: the scale-invariant choice of the model.
    const [least, most] = radius;
    const r = 1 / Math.sqrt(random.between(1 / (most * most), 1 / (least * least)));
    const aspect = shape === 'disc' ? random.between(0.7, 1.4) : random.between(0.35, 2.8);
    const halfWidth = shape === 'blade' ? r * 0.22 : r * Math.sqrt(aspect);
    const halfHeight = shape === 'blade' ? r * 1.8 : r / Math.sqrt(aspect);
    drawLeaf(field, random, shape, halfWidth, halfHeight);
    toCover -= 4 * halfWidth * halfHeight;
  }
  return field;
}

function drawLeaf(
  field: Field,
  random: Random,
  shape: LeafShape,
  halfWidth: number,
  halfHeight: number,
): void {
  const centreX = random.int(0, COLUMN_MASK);
  const centreY = random.int(0, ROW_MASK);
  const value = random.between(20, 235);
  const slopeX = random.between(-30, 30) / halfWidth;
  const slopeY = random.between(-30, 30) / halfHeight;
  const lean = shape === 'blade' ? random.between(-0.5, 0.5) : 0;
  const tall = Math.ceil(halfHeight);
  for (let dy = -tall; dy <= tall; dy += 1) {
    const share = dy / halfHeight;
    if (Math.abs(share) > 1) continue;
    const half = shape === 'block' ? halfWidth : halfWidth * Math.sqrt(1 - share * share);
    const row = ((centreY + dy) & ROW_MASK) * FIELD.width;
    const from = Math.ceil(-half + lean * dy);
    const to = Math.floor(half + lean * dy);
    for (let dx = from; dx <= to; dx += 1) {
      const shaded = value + slopeX * (dx - lean * dy) + slopeY * dy;
      field[row + ((centreX + dx) & COLUMN_MASK)] = shaded < 0 ? 0 : shaded > 255 ? 255 : shaded;
    }
  }
}
