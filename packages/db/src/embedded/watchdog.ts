import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Waits for a line or the end of its input. The end without a line means that the owner is gone, by whatever signal:
 * then it stops the server, as long as the lock file says that the pid is still the server's.
 */
const SCRIPT = `
pid=$1 dir=$2
read -r _ && exit 0
running() { read -r first <"$dir/postmaster.pid" && [ "$first" = "$pid" ] && kill -0 "$pid"; }
for signal in INT QUIT KILL; do
  running || exit 0
  kill -s "$signal" "$pid"
  tries=0
  while running && [ "$tries" -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
done
`;

/**
 * Starts a process that stops the server `pid` when this process is gone. It sits in a session of its own, where no
 * Ctrl-C reaches it.
 *
 * @returns call it once the server has ended; it settles when the watchdog is gone too
 */
export function watch(pid: number, dataDir: string): () => Promise<void> {
  const watchdog = spawn('/bin/sh', ['-c', SCRIPT, 'orq-watchdog', String(pid), dataDir], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const gone = once(watchdog, 'exit').catch(() => undefined);
  // Whoever killed the watchdog has taken a safety net, not the server.
  watchdog.stdin.on('error', () => undefined);
  return async () => {
    watchdog.stdin.end('the server has ended\n');
    await gone;
  };
}
