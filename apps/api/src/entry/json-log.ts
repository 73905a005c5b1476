import type { Logger } from '@orq/queue';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** What a log line says of an error: JSON.stringify sees nothing of one. */
const describe = (_key: string, value: unknown): unknown =>
  value instanceof Error
    ? { type: value.name, message: value.message, stack: value.stack, cause: value.cause }
    : value;

/**
 * Writes lines of JSON to the console, in the form of the other runtimes' pino, which edge runtimes do not run.
 *
 * @param level the least that is written; `silent` writes nothing
 */
export function jsonLog(level: string, bindings: Record<string, unknown> = {}): Logger {
  const from = level === 'silent' ? LEVELS.length : LEVELS.findIndex((name) => name === level);
  const at =
    (name: (typeof LEVELS)[number], place: number) =>
    (fields: object, msg: string): void => {
      if (place < from) return;
      const line = { level: name, time: new Date().toISOString(), ...bindings, ...fields, msg };
      console[name](JSON.stringify(line, describe));
    };
  return {
    debug: at('debug', 0),
    info: at('info', 1),
    warn: at('warn', 2),
    error: at('error', 3),
    child: (more) => jsonLog(level, { ...bindings, ...more }),
  };
}
