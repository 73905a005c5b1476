import type { Ffmpeg } from '../../src/index.ts';
import { render } from './render.ts';

const LIGHT = [
  "r='190+40*sin(X/17)':g='120+60*sin(Y/13)':b='60'",
  "r='60':g='110+50*sin((X+Y)/19)':b='150+60*cos(X/23)'",
  "r='130+60*cos(hypot(X-160,Y-90)/15)':g='60':b='90+30*sin(Y/9)'",
] as const;
/** Of the light of a night: no value above 45. */
const DARK = [
  "r='22+18*sin(X/30)':g='20+16*sin(Y/22)':b='24'",
  "r='20':g='22+20*cos((X-Y)/26)':b='26+18*sin(X/14)'",
] as const;
const PICTURES = { a: LIGHT[0], b: LIGHT[1], c: LIGHT[2], m: DARK[0], n: DARK[1] } as const;

/** A picture that stands, and for how many frames; or a dissolve from the one before to the one after it. */
export type Still = readonly [keyof typeof PICTURES | 'dissolve', number];

/** 25 frames a second with a key frame every 100, none at cuts. */
export const FIXED_KEYS = '-c:v libx264 -preset ultrafast -crf 23 -bf 2 -g 100 -sc_threshold 0'.split(' ');

/** Writes a video of pictures that stand, one after the other. */
export function stills(
  ffmpeg: Ffmpeg,
  file: string,
  pictures: readonly Still[],
  codec: readonly string[] = FIXED_KEYS,
): Promise<string> {
  const still = (name: Still[0] | undefined, frames: number) => {
    const formula = PICTURES[name as keyof typeof PICTURES];
    const picture = `nullsrc=size=320x180:rate=25:duration=0.04,format=gbrp,geq=${formula}`;
    return `${picture},loop=loop=${frames - 1}:size=1:start=0,settb=1/25,setpts=N,format=yuv420p`;
  };
  const parts = pictures.map(([name, frames], i) => {
    if (name !== 'dissolve') return `${still(name, frames)}[s${i}]`;
    const [old, young] = [still(pictures[i - 1]?.[0], frames), still(pictures[i + 1]?.[0], frames)];
    const comesIn = `${young},format=yuva420p,fade=in:0:${frames}:alpha=1[y${i}]`;
    return `${old}[o${i}];${comesIn};[o${i}][y${i}]overlay,format=yuv420p[s${i}]`;
  });
  const inputs = pictures.map((_, i) => `[s${i}]`).join('');
  const graph = `${parts.join(';')};${inputs}concat=n=${pictures.length}[out]`;
  return render(ffmpeg, file, ['-filter_complex', graph, '-map', '[out]', codec]);
}
