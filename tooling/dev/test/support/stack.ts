import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawnProcess, type SpawnedProcess } from '@orq/testing';
import postgres from 'postgres';
import { onTestFinished } from 'vitest';

const STACK = new URL('../../src/stack.ts', import.meta.url);
const READY_MS = 60_000;

export interface RunningStack {
  process: SpawnedProcess;
  apiUrl: string;
  databaseUrl: string;
}

/** A folder for the data of one test's stacks. */
export async function scratchDataDir(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'orq-stack-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));
  return folder;
}

/** Starts the runner, which ends with the test, and does not wait for anything. */
export function spawnStack(env: Record<string, string | undefined>): SpawnedProcess {
  const stack = spawnProcess(STACK, { env: { DATABASE_URL: undefined, STORAGE_URL: undefined, ...env } });
  onTestFinished(() => stack.kill('SIGTERM').then(() => undefined));
  return stack;
}

/** Starts a stack on any free port and waits until it says where it is. */
export async function startStack(dataDir: string, env: Record<string, string> = {}): Promise<RunningStack> {
  const stack = spawnStack({ PORT: '0', ORQ_DATA_DIR: dataDir, ...env });
  await stack.waitForOutput('Try it:', { timeoutMs: READY_MS });
  return {
    process: stack,
    apiUrl: wordAfter('  api ', stack.output()),
    databaseUrl: wordAfter('  database ', stack.output()),
  };
}

/** The first column of the first row. */
export async function ask(url: string, query: string): Promise<unknown> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    const [row] = await sql.unsafe(query).values();
    return row?.[0];
  } finally {
    await sql.end();
  }
}

function wordAfter(label: string, output: string): string {
  const line = output.split('\n').find((candidate) => candidate.startsWith(label)) ?? '';
  return line.slice(label.length).trim();
}
