import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { FfmpegError } from '../errors.ts';
import { LineSplitter } from './line-splitter.ts';

/** How many of the last lines of stderr go into an error message. */
const TAIL_LINES = 8;

export interface RunOptions {
  signal?: AbortSignal | undefined;
  /** Kills the process when it has written nothing for this long, in ms. */
  stallMs: number;
  /** Called with each piece of stdout, in order. What it throws kills the process and rejects the run. */
  onStdout?: (chunk: Buffer) => void;
  /** Called with each line of stderr. A line for which it returns true is kept for error messages. */
  onStderrLine?: (line: string) => boolean;
  /** Asked after each piece of output. Once true the process is ended, and the run resolves as if it had ended well. */
  enough?: () => boolean;
}

export interface RunResult {
  exitCode: number;
  /** The last lines of stderr. */
  stderrTail: string[];
}

/**
 * Runs ffmpeg or ffprobe without a shell and resolves when it has exited, whatever its exit code. The handlers are
 * synchronous, so a slow one holds the pipe back and nothing piles up in memory.
 *
 * When it rejects, the process is gone.
 *
 * @throws the signal's reason when aborted; FfmpegError `unavailable` when the binary does not start, `killed` when
 * someone else ended it, `stalled` after `stallMs` without output; whatever a handler throws.
 */
export function run(binary: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  const { signal, stallMs, onStdout, onStderrLine, enough } = options;
  const program = basename(binary);

  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }

    const child = spawn(binary, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environment(),
      windowsHide: true,
    });
    const stderrTail: string[] = [];
    let failure: { reason: unknown } | undefined;
    let satisfied = false;

    const fail = (reason: unknown) => {
      failure ??= { reason };
      end();
    };
    const end = () => {
      child.kill('SIGKILL');
      // A binary may be a script around the real one, which then ends on its closed pipes.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const guarded = <T>(handle: (value: T) => void) => {
      return (value: T) => {
        stall.refresh();
        if (failure || satisfied) return;
        try {
          handle(value);
          satisfied = enough?.() ?? false;
          if (satisfied) end();
        } catch (error) {
          fail(error);
        }
      };
    };
    const onAbort = () => fail(signal?.reason);
    const stall = setTimeout(() => {
      const waited = `${program} wrote nothing for ${stallMs / 1000} s and was ended.`;
      fail(new FfmpegError('stalled', withTail(waited, stderrTail)));
    }, stallMs);

    const stderrLines = new LineSplitter((line) => {
      const keep = onStderrLine ? onStderrLine(line) : true;
      if (!keep) return;
      stderrTail.push(line);
      if (stderrTail.length > TAIL_LINES) stderrTail.shift();
    });

    signal?.addEventListener('abort', onAbort, { once: true });
    child.stdout.on(
      'data',
      guarded((chunk: Buffer) => onStdout?.(chunk)),
    );
    child.stderr.on(
      'data',
      guarded((chunk: Buffer) => stderrLines.push(chunk)),
    );
    child.on('error', (error) => {
      fail(new FfmpegError('unavailable', `Cannot run ${binary}: ${error.message}`, { cause: error }));
      // A process that never started sends no 'close' on every platform.
      if (child.pid === undefined) finish(null, null);
    });
    child.on('close', (exitCode, exitSignal) => finish(exitCode, exitSignal));

    function finish(exitCode: number | null, exitSignal: NodeJS.Signals | null) {
      clearTimeout(stall);
      signal?.removeEventListener('abort', onAbort);
      if (!failure && !satisfied) stderrLines.end();
      if (failure) {
        reject(failure.reason);
      } else if (satisfied) {
        resolve({ exitCode: 0, stderrTail });
      } else if (exitCode === null) {
        const message = `${program} was ended by ${exitSignal ?? 'a signal'}.`;
        reject(new FfmpegError('killed', withTail(message, stderrTail)));
      } else {
        resolve({ exitCode, stderrTail });
      }
    }
  });
}

/**
 * The npm builds are linked with glibc statically and crash in the character set modules of another glibc, which an
 * MPEG-TS file's service name makes them load. Nothing here needs those modules.
 */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, GCONV_PATH: '/nonexistent' };
}

/** Appends the last lines of stderr to a message. */
export function withTail(message: string, stderrTail: readonly string[]): string {
  return stderrTail.length === 0 ? message : `${message} Its last lines:\n${stderrTail.join('\n')}`;
}
