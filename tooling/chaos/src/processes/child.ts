import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A process of this run; it is killed when this process ends. */
export interface Child {
  name: string;
  process: ChildProcess;
  /** Settles when it has ended: how. */
  exited: Promise<string>;
  signal(name: NodeJS.Signals): void;
}

export interface ChildOptions {
  name: string;
  file: URL;
  env: Record<string, string>;
  /** Where all that it writes goes. */
  logFile: string;
}

/** Runs a TypeScript file on the packages' sources, with an IPC channel. */
export function startChild({ name, file, env, logFile }: ChildOptions): Child {
  const child = spawn(
    process.execPath,
    ['--conditions=@orq/source', '--import', import.meta.resolve('tsx'), fileURLToPath(file)],
    { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true },
  );
  const log = createWriteStream(logFile);
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  child.on('error', () => undefined);
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const exited = once(child, 'close').then(([code, signal]: unknown[]) => {
    process.off('exit', kill);
    log.end();
    return typeof signal === 'string' ? signal : `code ${code}`;
  });
  return { name, process: child, exited, signal: (signal) => void child.kill(signal) };
}
