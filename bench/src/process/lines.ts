import { createInterface } from 'node:readline';
import { Command, type Report } from './protocol.ts';

export const say = (report: Report) => void process.stdout.write(`${JSON.stringify(report)}\n`);

let before = process.cpuUsage();

/** From here on CPU time counts: what came before was only to get ready. */
export const beginUsage = () => void (before = process.cpuUsage());

/** Resident memory at its most, and CPU time since `beginUsage`. */
export function usage() {
  const { user, system } = process.cpuUsage(before);
  return { peakBytes: process.resourceUsage().maxRSS * 1024, cpuMs: (user + system) / 1000 };
}

/**
 * Carries out each command as it comes, and ends the process when the runner is gone. Ctrl-C reaches the whole group of
 * processes: what it means is for the runner alone to say.
 */
export function obey(carryOut: (command: Command) => Promise<void>): void {
  process.on('SIGINT', () => undefined);
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    carryOut(Command.parse(JSON.parse(line))).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(1);
    });
  });
  lines.on('close', () => process.exit(0));
}
