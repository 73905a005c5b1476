import { analyzeCuts, resolveFfmpeg } from '@orq/media';

/** Finds the shots of one video, and writes them as JSON. */
const [video] = process.argv.slice(2);
if (video === undefined) throw new Error('Usage: orq-process VIDEO');
const ffmpeg = await resolveFfmpeg({ onWarning: (message) => void process.stderr.write(`${message}\n`) });
const { shots } = await analyzeCuts(video, { ffmpeg });
process.stdout.write(JSON.stringify(shots));
