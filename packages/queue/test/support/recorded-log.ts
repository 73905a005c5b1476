import type { Logger } from '../../src/index.ts';

interface LogLine extends Record<string, unknown> {
  level: 'debug' | 'info' | 'warn' | 'error';
  message: string;
}

/** A logger that keeps its lines. */
export interface RecordedLog {
  log: Logger;
  lines: LogLine[];
}

export function recordLog(): RecordedLog {
  const lines: LogLine[] = [];
  const loggerWith = (context: object): Logger => {
    const write = (level: LogLine['level']) => (bindings: object, message: string) =>
      void lines.push({ ...context, ...bindings, level, message });
    return {
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      child: (bindings) => loggerWith({ ...context, ...bindings }),
    };
  };
  return { log: loggerWith({}), lines };
}
