import { inspect } from 'node:util';
import type { Logger } from '@orq/queue';

/** Writes warnings and errors to stderr, with the time. */
export function stderrLogger(context: object = {}): Logger {
  const write = (level: string) => (bindings: object, message: string) =>
    void process.stderr.write(
      `${new Date().toISOString()} ${level} ${message} ${inspect({ ...context, ...bindings }, { breakLength: Infinity })}\n`,
    );
  const silent = (): void => undefined;
  return {
    debug: silent,
    info: silent,
    warn: write('warn'),
    error: write('error'),
    child: (bindings) => stderrLogger({ ...context, ...bindings }),
  };
}
