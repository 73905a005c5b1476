import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HELP, readArguments } from './arguments.ts';
import { checkInvariants } from './evidence/invariants.ts';
import { reportChecks, reportFaults, verdict } from './report.ts';
import { run } from './run.ts';

const INTERRUPTED = 130;

function listenForStop(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => controller.abort());
  return controller.signal;
}

/** @returns whether all promises held */
async function chaos(seed: number, faultsMs: number, signal: AbortSignal): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), 'orq-chaos-'));
  console.log(`seed ${seed}: faults for ${(faultsMs / 1000).toFixed(0)} s; server and logs in ${folder}`);
  const startedAt = performance.now();
  const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6);
  let passed = false;
  try {
    const evidence = await run({
      seed,
      faultsMs,
      folder,
      signal,
      onFault: ({ kind, slot, queue, forMs }) =>
        console.log(
          `${seconds()} s  ${kind}, ${queue ?? (slot === null ? 'all' : `slot ${slot}`)}${forMs > 0 ? `, ${forMs} ms` : ''}`,
        ),
    });
    const checks = checkInvariants(evidence);
    passed = checks.every(({ violations }) => violations.length === 0);
    console.log(
      `${reportFaults(evidence.faults)}\n${reportChecks(checks, evidence)}\n${verdict(checks, evidence, seed)}`,
    );
    return passed;
  } finally {
    if (passed || signal.aborted) await rm(folder, { recursive: true, force: true });
    else console.log(`What happened can be read in ${folder}`);
  }
}

const signal = listenForStop();
try {
  const { seed, faultsMs, help } = readArguments(process.argv.slice(2));
  if (help) console.log(HELP);
  else process.exitCode = (await chaos(seed, faultsMs, signal)) ? 0 : 1;
} catch (error) {
  if (!signal.aborted) console.error(error instanceof Error ? error.message : error);
  process.exitCode = signal.aborted ? INTERRUPTED : 1;
}
