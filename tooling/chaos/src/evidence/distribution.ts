/** How measured times are spread, in words. @param times in ms; Infinity where it never came */
export function distribution(times: readonly number[]): string {
  if (times.length === 0) return 'none';
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const [half, most, all] = [at(0.5), at(0.95), at(1)].map(inWords);
  return `${times.length}, p50 ${half}, p95 ${most}, longest ${all}`;
}

const inWords = (ms: number) => (Number.isFinite(ms) ? `${Math.round(ms)} ms` : 'never');
