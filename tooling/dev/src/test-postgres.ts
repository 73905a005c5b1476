import { listenForStop } from './lifetime/stop-signal.ts';
import { watchWrappers } from './lifetime/wrappers.ts';
import { HELP, readArguments } from './postgres-versions/arguments.ts';
import { passesOn } from './postgres-versions/run.ts';
import { availableVersions, installationOf, installServers } from './postgres-versions/servers.ts';

/** @returns the exit code */
async function main(argv: readonly string[]): Promise<number> {
  const { versions, help } = readArguments(argv, availableVersions());
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  const request = listenForStop(() => process.exit(130));
  watchWrappers(request.stop);
  await installServers();
  let allPass = true;
  for (const version of versions) {
    if (request.signal.aborted) return 130;
    allPass = (await passesOn(installationOf(version), request.signal)) && allPass;
  }
  return allPass ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
