import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

export interface Host {
  cpu: string;
  cores: number;
  memoryGb: number;
  system: string;
  /** Of the last minute. */
  load: number;
}

export const describeHost = (): Host => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memoryGb: Math.round(totalmem() / 2 ** 30),
  system: `${platform()} ${release()}`,
  load: loadavg()[0] ?? 0,
});

export const sayHost = ({ cpu, cores, memoryGb, system, load }: Host): string =>
  `machine     ${cpu}, ${cores} cores, ${memoryGb} GB, ${system}; load ${load.toFixed(2)} at the start`;
