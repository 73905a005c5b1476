import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** One app of the stack: where it is and what it is told. */
export interface AppSpec {
  name: string;
  cwd: string;
  entry: string;
  env: NodeJS.ProcessEnv;
}

export interface AppProcess {
  name: string;
  /** Settles when it has ended, with how. */
  exited: Promise<string>;
  /** Asks it to finish what it has in hand and end; kills it after `boundMs`. */
  drain(boundMs: number): Promise<void>;
  /** Kills it and what it has started, at once. */
  kill(): void;
}

/**
 * Starts an app on its TypeScript source. It sits in a process group of its own, so that a Ctrl-C in the terminal
 * reaches the runner alone; by its IPC channel it notices when the runner is gone.
 */
export function startApp(spec: AppSpec, onLine: (line: string) => void): AppProcess {
  const child = spawn(process.execPath, ['--conditions=@orq/source', '--import', 'tsx', spec.entry], {
    cwd: spec.cwd,
    env: spec.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', onLine);
  }

  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  const exited = once(child, 'exit').then(() =>
    child.signalCode === null
      ? `ended with exit code ${child.exitCode}`
      : `was killed by ${child.signalCode}`,
  );
  const kill = (): void => {
    try {
      // The whole group: what an app has started, ffmpeg for one, goes with it.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Nothing of it is left.
    }
  };
  const drain = async (boundMs: number): Promise<void> => {
    if (isRunning()) child.kill('SIGTERM');
    const bound = setTimeout(kill, boundMs);
    await exited;
    clearTimeout(bound);
    kill();
  };
  return { name: spec.name, exited, drain, kill };
}
