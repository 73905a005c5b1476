/** Sources of two clearly different moving pictures and of blanks, as lavfi graphs of `seconds` at 25 frames a second. */
const SIZE = '320x180';

/** A detailed picture panned over slowly. */
export function meadow(seconds: number): string {
  return panned("r='40+30*sin(X/5)':g='150+70*sin(X/19)*cos(Y/13)':b='30+20*cos(Y/7)'", seconds);
}

/** Another one, in other colours and shapes. */
export function city(seconds: number): string {
  return panned(
    "r='170+60*sin(hypot(X-200,Y-90)/8)':g='70+40*cos(X/31)':b='130+90*sin((X+2*Y)/27)'",
    seconds,
  );
}

/** Two pictures of large shapes. */
export function dunes(seconds: number): string {
  return panned("r='200+40*sin(X/70+Y/40)':g='150+40*sin(X/70+Y/40)':b='80+20*cos(Y/50)'", seconds);
}

export function sea(seconds: number): string {
  return panned("r='20+15*sin(Y/30)':g='60+40*cos(X/90)*sin(Y/60)':b='120+60*sin(X/50-Y/80)'", seconds);
}

export function blank(colour: 'black' | 'white', seconds: number): string {
  return `color=${colour}:size=${SIZE}:rate=25:duration=${seconds},format=yuv420p`;
}

/** Rendered once and panned over: a formula for every frame would take a minute. */
function panned(formula: string, seconds: number): string {
  return [
    'nullsrc=size=480x270:rate=25:duration=0.04,format=gbrp',
    `geq=${formula}`,
    'loop=loop=-1:size=1:start=0,settb=1/25,setpts=N',
    "crop=320:180:x='abs(mod(24*t,320)-160)':y='abs(mod(9*t,180)-90)'",
    `trim=duration=${seconds},format=yuv420p`,
  ].join(',');
}

/** Arguments that join sources one after the other into the one video of a file. */
export function sequence(...sources: string[]): string[] {
  const named = sources.map((source, i) => `${source}[s${i}]`);
  const inputs = sources.map((_, i) => `[s${i}]`).join('');
  const graph = `${named.join(';')};${inputs}concat=n=${sources.length}[out]`;
  return ['-filter_complex', graph, '-map', '[out]', ...H264];
}

export const H264: readonly string[] = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '18'];
