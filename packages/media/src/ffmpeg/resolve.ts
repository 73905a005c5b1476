import { access, chmod, constants } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { FfmpegError } from '../errors.ts';
import { DEFAULT_MAX_MEMORY_BYTES } from './limits.ts';
import { run } from './run.ts';

/** A pair of binaries that have been run once, and what the version at hand calls its options. */
export interface Ffmpeg {
  /** Path of ffmpeg. */
  ffmpeg: string;
  /** Path of ffprobe. */
  ffprobe: string;
  /** The version as ffmpeg prints it, such as `7.0.2-static`. */
  version: string;
  /** Where ffmpeg was found. */
  source: 'env' | 'path' | 'npm';
  /** The option that makes ffmpeg write exactly one frame for each decoded frame. */
  passthroughArgs: readonly string[];
  /** Options of an mp4 whose frames keep their own times, but for frames of the same time, of which one is kept. */
  variableRateArgs: readonly string[];
  /** Whether its `metadata` filter writes each line as it comes, if told to. */
  printsMetadataAtOnce: boolean;
  /** Resident memory that one run may take, in bytes. */
  maxMemoryBytes: number;
}

export interface ResolveFfmpegOptions {
  /** Defaults to `process.env`. Read: FFMPEG_PATH, FFPROBE_PATH, PATH. */
  env?: Record<string, string | undefined>;
  /** Told once when the old build from npm is used. */
  onWarning?: (message: string) => void;
  /** Resident memory that one run may take, in bytes; 2 GiB by default. */
  maxMemoryBytes?: number | undefined;
}

const VERSION_TIMEOUT_MS = 20_000;
const require = createRequire(import.meta.url);
const NPM_BUILDS: Record<'ffmpeg' | 'ffprobe', () => { path: string }> = {
  ffmpeg: () => require('@ffmpeg-installer/ffmpeg'),
  ffprobe: () => require('@ffprobe-installer/ffprobe'),
};

/**
 * Finds ffmpeg and ffprobe: FFMPEG_PATH and FFPROBE_PATH, then PATH, then the npm packages that come with this one.
 * Both are run once (`-version`), so what is returned works.
 *
 * @throws FfmpegError `unavailable` when a path that the environment names does not run, or nothing is found.
 */
export async function resolveFfmpeg(options: ResolveFfmpegOptions = {}): Promise<Ffmpeg> {
  const env = options.env ?? process.env;
  const [ffmpeg, ffprobe] = await Promise.all([
    locate('ffmpeg', 'FFMPEG_PATH', env),
    locate('ffprobe', 'FFPROBE_PATH', env),
  ]);
  if (ffmpeg.source === 'npm') {
    options.onWarning?.(
      `Using ffmpeg ${ffmpeg.version} from the npm package @ffmpeg-installer/ffmpeg. This build dates from 2018: ` +
        'install a current ffmpeg, or set FFMPEG_PATH and FFPROBE_PATH, to decode newer formats and have its fixes.',
    );
  }
  const frameRateMode = ffmpeg.isRecent ? '-fps_mode' : '-vsync';
  return {
    ffmpeg: ffmpeg.path,
    ffprobe: ffprobe.path,
    version: ffmpeg.version,
    source: ffmpeg.source,
    passthroughArgs: [frameRateMode, 'passthrough'],
    // An old mp4 ends with its last frame in the order of decoding: what is shown after that is cut off.
    variableRateArgs: [frameRateMode, 'vfr', ...(ffmpeg.isRecent ? [] : ['-bf', '0'])],
    printsMetadataAtOnce: ffmpeg.isRecent,
    maxMemoryBytes: options.maxMemoryBytes ?? DEFAULT_MAX_MEMORY_BYTES,
  };
}

interface Located {
  path: string;
  source: Ffmpeg['source'];
  version: string;
  isRecent: boolean;
}

async function locate(
  program: 'ffmpeg' | 'ffprobe',
  variable: string,
  env: Record<string, string | undefined>,
): Promise<Located> {
  const named = env[variable];
  if (named) {
    const found = await tryVersion(program, named, 'env');
    if (found instanceof Error) {
      const advice = `Set ${variable} to a working ${program}, or unset it to search PATH.`;
      throw new FfmpegError('unavailable', `${variable}=${named} does not run: ${found.message} ${advice}`);
    }
    return found;
  }

  const candidates = [
    { source: 'path' as const, path: await searchPath(program, env.PATH ?? '') },
    { source: 'npm' as const, path: await npmBinary(program) },
  ];
  const reasons: string[] = [];
  for (const { path, source } of candidates) {
    if (path === undefined) continue;
    const found = await tryVersion(program, path, source);
    if (!(found instanceof Error)) return found;
    reasons.push(`${path}: ${found.message}`);
  }
  const why =
    reasons.length === 0 ? 'It is not on PATH and has no npm build for this platform.' : reasons.join('\n');
  throw new FfmpegError('unavailable', `No working ${program}. ${why} Install ffmpeg, or set ${variable}.`);
}

async function tryVersion(program: string, path: string, source: Ffmpeg['source']): Promise<Located | Error> {
  let output = '';
  try {
    const { exitCode, stderrTail } = await run(path, ['-version'], {
      stallMs: VERSION_TIMEOUT_MS,
      onStdout: (chunk) => {
        if (output.length < 10_000) output += chunk.toString('latin1');
      },
    });
    const version = new RegExp(`^${program} version (\\S+)`).exec(output)?.[1];
    if (exitCode === 0 && version) return { path, source, version, isRecent: isRecent(output) };
    return new Error(stderrTail.at(-1) ?? `it is not ${program} (exit code ${exitCode}).`);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** ffmpeg 5.1, the first with all that is asked for here, carries libavutil 57.28. Version names of git builds have no number. */
function isRecent(versionOutput: string): boolean {
  const [, major, minor] = /^libavutil\s+(\d+)\.\s*(\d+)/m.exec(versionOutput) ?? [];
  return Number(major) > 57 || (Number(major) === 57 && Number(minor) >= 28);
}

async function searchPath(program: string, path: string): Promise<string | undefined> {
  const name = process.platform === 'win32' ? `${program}.exe` : program;
  for (const folder of path.split(delimiter)) {
    if (folder === '') continue;
    const candidate = join(folder, name);
    try {
      await access(candidate, constants.X_OK);
      return candidate;
    } catch {
      continue;
    }
  }
  return undefined;
}

async function npmBinary(program: 'ffmpeg' | 'ffprobe'): Promise<string | undefined> {
  let path: string;
  try {
    ({ path } = NPM_BUILDS[program]());
  } catch {
    // The packages throw while loading on a platform that they have no build for.
    return undefined;
  }
  // Their install step marks the binary executable, and many installers are told to skip such steps.
  await access(path, constants.X_OK).catch(() => chmod(path, 0o755).catch(() => undefined));
  return path;
}
