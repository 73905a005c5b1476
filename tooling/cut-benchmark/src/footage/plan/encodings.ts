import type { Random } from '../../random.ts';
import type { Encoding } from './video-plan.ts';

const x264 = (preset: string, crf: number, ...more: string[]): Encoding => ({
  encoder: 'libx264',
  args: ['-preset', preset, '-crf', String(crf), ...more],
  container: 'mp4',
});

/** As files come: mostly H.264 of all qualities and distances between key frames, some of everything else. */
const ENCODINGS: readonly [Encoding, ...Encoding[]] = [
  x264('veryfast', 23),
  x264('veryfast', 20, '-g', '50'),
  x264('medium', 23),
  // Streaming: key frames at fixed places, none at cuts.
  x264('veryfast', 26, '-g', '48', '-sc_threshold', '0'),
  x264('superfast', 32, '-g', '120', '-sc_threshold', '0', '-bf', '3'),
  x264('ultrafast', 28),
  x264('faster', 18, '-g', '12'),
  x264('fast', 36, '-g', '600', '-sc_threshold', '0'),
  {
    encoder: 'libx265',
    args: ['-preset', 'ultrafast', '-crf', '28', '-x265-params', 'log-level=error'],
    container: 'mp4',
  },
  { encoder: 'mpeg4', args: ['-q:v', '5', '-g', '250'], container: 'mp4' },
  { encoder: 'mpeg4', args: ['-q:v', '12', '-bf', '2'], container: 'mkv' },
  { encoder: 'mpeg2video', args: ['-q:v', '6', '-g', '15', '-bf', '2'], container: 'mkv' },
  { encoder: 'libvpx', args: ['-deadline', 'realtime', '-cpu-used', '8', '-b:v', '500k'], container: 'webm' },
  {
    encoder: 'libvpx-vp9',
    args: ['-deadline', 'realtime', '-cpu-used', '8', '-crf', '36', '-b:v', '0'],
    container: 'webm',
  },
];

/** Each in turn over the videos of a set, from a random first one. */
export function encodings(random: Random): (index: number) => Encoding {
  const first = random.int(0, ENCODINGS.length - 1);
  // A step that shares no divisor with their number, so that all come before one comes again.
  return (index) => ENCODINGS[(first + index * 5) % ENCODINGS.length] ?? ENCODINGS[0];
}
