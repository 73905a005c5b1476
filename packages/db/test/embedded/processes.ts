import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A process of its own that owns an embedded server, and can be killed. */
export interface Owner {
  server: { pid: number; url: string };
  /** By SIGKILL: it gets no chance to stop its server. */
  kill(): Promise<void>;
}

export async function startOwner(dataDir: string): Promise<Owner> {
  const script = fileURLToPath(new URL('../processes/embedded-owner.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=@orq/source', '--import', 'tsx', script, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line]: string[] = await once(createInterface({ input: child.stdout }), 'line');
  return {
    server: JSON.parse(line ?? ''),
    kill: async () => {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}

/** The pids of all processes with `text` in their command line. */
export function findProcesses(text: string): number[] {
  return listCommands()
    .filter(({ pid, command }) => pid !== process.pid && command.includes(text))
    .map(({ pid }) => pid);
}

function listCommands(): { pid: number; command: string }[] {
  if (!existsSync('/proc/self/cmdline')) {
    const lines = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,command='], { encoding: 'utf8' }).split('\n');
    return lines.map((line) => ({ pid: Number.parseInt(line, 10), command: line }));
  }
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.map((pid) => ({ pid, command: readCommand(pid) }));
}

function readCommand(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
