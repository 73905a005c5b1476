import { analyzeCuts, resolveFfmpeg } from '@orq/media';

/** Finds the shots of one video, and writes them as JSON, with how much of it was not decoded; with --all, decodes all. */
const [video, all] = process.argv.slice(2);
if (video === undefined) throw new Error('Usage: orq-process VIDEO [--all]');
const ffmpeg = await resolveFfmpeg({ onWarning: (message) => void process.stderr.write(`${message}\n`) });
const { shots, skipped } = await analyzeCuts(video, { ffmpeg, skipQuiet: all !== '--all' });
process.stdout.write(JSON.stringify({ shots, skipped }));
