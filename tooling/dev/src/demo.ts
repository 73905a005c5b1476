import { HELP, readArguments } from './demo/arguments.ts';
import { runDemo } from './demo/run.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
// A `| head` that has read enough.
process.stdout.on('error', () => stop.abort());

async function main(): Promise<number> {
  const options = readArguments(process.argv.slice(2), process.env);
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  return (await runDemo(options, stop.signal)) ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    if (stop.signal.aborted) process.exit(130);
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
