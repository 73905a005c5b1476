import type { AppProcess } from './stack/app-process.ts';
import { runStack } from './stack/run.ts';
import { readSettings } from './stack/settings.ts';
import { listenForStop } from './lifetime/stop-signal.ts';
import { HELP } from './stack/welcome.ts';
import { watchWrappers } from './lifetime/wrappers.ts';

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const running: AppProcess[] = [];
  const request = listenForStop(() => {
    // The watchdog of the embedded server stops that one, once this process is gone.
    for (const app of running) app.kill();
    process.exit(130);
  });
  watchWrappers(request.stop);
  // A terminal, or a `| head`, that is gone reads no more.
  process.stdout.on('error', request.stop);
  try {
    await runStack(settings, request.signal, running);
  } catch (error) {
    // A Ctrl-C at the terminal also ends what a first start has running just then, initdb for one.
    if (!request.signal.aborted) throw error;
  }
}

if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
  process.stdout.write(HELP);
} else {
  main().then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(1);
    },
  );
}
