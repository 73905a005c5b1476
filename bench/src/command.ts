import { createLifetime, type Lifetime } from './lifetime.ts';

/** Runs a command of the terminal: whatever becomes of it, nothing that it started is left. */
export async function command(main: (lifetime: Lifetime) => Promise<void>): Promise<void> {
  const lifetime = createLifetime();
  try {
    await main(lifetime);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  } finally {
    await lifetime.end();
  }
}
