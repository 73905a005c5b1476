import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The api of a stack that was killed a moment ago still holds its port while it ends. */
const GRACE_MS = 2_000;

/**
 * Makes sure, before anything is started, that the api can listen on `port`.
 *
 * @param port 0 takes any free one
 * @returns the port to use
 * @throws one line that names PORT and says how to choose another
 */
export async function reservePort(port: number, host: string): Promise<number> {
  const deadline = performance.now() + GRACE_MS;
  for (;;) {
    try {
      return await tryPort(port, host);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
      if (code === 'EADDRINUSE' && performance.now() < deadline) {
        await sleep(100);
        continue;
      }
      const why = code === 'EACCES' ? 'may not be used by this user' : 'is in use by another program';
      const other = port < 65_535 ? port + 1 : 8000;
      throw new Error(`PORT ${port} ${why}: choose another one, as in PORT=${other} npx -y pnpm@10 dev`, {
        cause: error,
      });
    }
  }
}

async function tryPort(port: number, host: string): Promise<number> {
  const server = createServer().listen({ port, host });
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return address !== null && typeof address === 'object' ? address.port : port;
}
