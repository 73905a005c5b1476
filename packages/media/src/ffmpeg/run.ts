import { basename } from 'node:path';
import { FfmpegError, MediaError } from '../errors.ts';
import { DEFAULT_MAX_MEMORY_BYTES } from './limits.ts';
import { LineSplitter } from './line-splitter.ts';
import { endWithThisProcess, killGroup, spawnGroup } from './process-group.ts';
import { watchResidentMemory } from './resident-memory.ts';

/** How many lines of stderr go into an error message: of the first, which often name the cause, and of the last. */
const FIRST_LINES = 2;
const LAST_LINES = 8;

/** A killed process that has not let go of its pipes after this long, in ms, is stuck in the kernel. */
const KILLED_WAIT_MS = 1000;

export interface RunOptions {
  signal?: AbortSignal | undefined;
  /** Kills the process when it has written nothing for this long, in ms. */
  stallMs: number;
  /** Kills the process after this long altogether, in ms; ten minutes by default. */
  timeoutMs?: number | undefined;
  /** Kills the process when its resident memory exceeds this, in bytes; 2 GiB by default. */
  maxMemoryBytes?: number | undefined;
  /** Called with each piece of stdout, in order. What it throws kills the process and rejects the run. */
  onStdout?: (chunk: Buffer) => void;
  /** Called with each line of stderr. A line for which it returns true is kept for error messages. */
  onStderrLine?: (line: string) => boolean;
  /** Called with each line that the program writes to its file descriptor 3, which is open only where this is given. */
  onSideLine?: (line: string) => void;
  /** Asked after each piece of output. Once true the process is ended, and the run resolves as if it had ended well. */
  enough?: () => boolean;
}

export interface RunResult {
  exitCode: number;
  /** The first two lines of stderr and the last eight. */
  stderrTail: string[];
}

/**
 * Runs ffmpeg or ffprobe without a shell and resolves when it has exited, whatever its exit code. The handlers are
 * synchronous, so a slow one holds the pipe back and nothing piles up in memory.
 *
 * When it rejects, the process is gone, and so is what it started. When this process is gone, so are they.
 *
 * @throws the signal's reason when aborted; FfmpegError `unavailable` when the binary does not start, `killed` when
 * someone else ended it, `stalled` after `stallMs` without output, `timed_out` after `timeoutMs`; MediaError
 * `needs_too_much_memory`; whatever a handler throws.
 */
export function run(binary: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  const { signal, stallMs, onStdout, onStderrLine, onSideLine, enough } = options;
  const { timeoutMs = 600_000, maxMemoryBytes = DEFAULT_MAX_MEMORY_BYTES } = options;
  const program = basename(binary);

  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }

    const { child, stdout, stderr, side } = spawnGroup(binary, args, onSideLine !== undefined);
    const { pid } = child;
    if (pid === undefined) {
      child.once('error', (cause) => {
        reject(new FfmpegError('unavailable', `Cannot run ${binary}: ${cause.message}`, { cause }));
      });
      return;
    }
    const sideLines = new LineSplitter((line) => onSideLine?.(line));
    const stderrTail: string[] = [];
    let failure: { reason: unknown } | undefined;
    let satisfied = false;
    let letGo: NodeJS.Timeout | undefined;

    const fail = (reason: unknown) => {
      if (failure || satisfied) return;
      failure = { reason };
      end();
    };
    const end = () => {
      killGroup(pid);
      // The pipes close by themselves when the last of the group has ended.
      letGo = setTimeout(() => {
        for (const pipe of [stdout, stderr, side]) pipe?.destroy();
      }, KILLED_WAIT_MS);
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

    const stall = setTimeout(() => {
      const message = `${program} wrote nothing for ${stallMs / 1000} s and was ended.`;
      fail(new FfmpegError('stalled', withTail(message, stderrTail)));
    }, stallMs);
    const timeout = setTimeout(() => {
      const message = `${program} was not done after ${timeoutMs / 1000} s and was ended.`;
      fail(new FfmpegError('timed_out', withTail(message, stderrTail)));
    }, timeoutMs);
    const stopMeasuring = watchResidentMemory(pid, (bytes) => {
      if (bytes > maxMemoryBytes) fail(needsTooMuchMemory(stderrTail));
    });
    const stopGuarding = endWithThisProcess(pid);
    const onAbort = () => fail(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });

    const stderrLines = new LineSplitter((line) => {
      const keep = onStderrLine ? onStderrLine(line) : true;
      if (!keep) return;
      stderrTail.push(withoutFolders(line, args));
      if (stderrTail.length > FIRST_LINES + LAST_LINES) stderrTail.splice(FIRST_LINES, 1);
    });
    stdout.on(
      'data',
      guarded((chunk: Buffer) => onStdout?.(chunk)),
    );
    stderr.on(
      'data',
      guarded((chunk: Buffer) => stderrLines.push(chunk)),
    );
    side?.on(
      'data',
      guarded((chunk: Buffer) => sideLines.push(chunk)),
    );
    child.on('error', fail);
    child.on('close', (exitCode, exitSignal) => {
      guarded(() => {
        stderrLines.end();
        sideLines.end();
      })(undefined);
      // A wrapper may have left something behind.
      killGroup(pid);
      stopMeasuring();
      stopGuarding();
      for (const timer of [stall, timeout, letGo]) clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
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
    });
  });
}

export function needsTooMuchMemory(stderrTail: readonly string[]): MediaError {
  return new MediaError(
    'needs_too_much_memory',
    'Reading this video takes more memory than is allowed. Scale it down, or export it again as H.264.',
    lastWords(stderrTail),
  );
}

/** Error messages are shown to people whom the folders of this machine do not concern. */
function withoutFolders(line: string, args: readonly string[]): string {
  const files = args.filter((arg) => arg.startsWith('file:'));
  return files.reduce((text, file) => text.replaceAll(file, basename(file)), line);
}

/** Appends the last lines of stderr to a message. */
export function withTail(message: string, stderrTail: readonly string[]): string {
  return stderrTail.length === 0 ? message : `${message} Its last lines:\n${stderrTail.join('\n')}`;
}

/** The last lines of stderr as the cause of a MediaError, whose message is for the person who uploaded the file. */
export function lastWords(stderrTail: readonly string[]): ErrorOptions {
  return stderrTail.length === 0 ? {} : { cause: new Error(`ffmpeg wrote:\n${stderrTail.join('\n')}`) };
}
