import { readFile, writeFile } from 'node:fs/promises';
import type { Ffmpeg } from '../../src/index.ts';
import { render } from './render.ts';
import { blank, city, dunes, H264, meadow, sea, sequence } from './scenes.ts';

/** Each builder writes a video to `file` and returns the file's name. Lengths are in seconds. */
type Build = (ffmpeg: Ffmpeg, file: string) => Promise<string>;

export const oneShot: Build = (ffmpeg, file) => render(ffmpeg, file, sequence(meadow(5)));

export const staticPicture: Build = (ffmpeg, file) =>
  render(ffmpeg, file, [
    '-f',
    'lavfi',
    '-i',
    'testsrc2=size=320x180:rate=25:duration=0.04,loop=100:1',
    ...H264,
  ]);

export const allBlack: Build = (ffmpeg, file) => render(ffmpeg, file, sequence(blank('black', 3)));

/** Frames of an odd size, which need yuv444p. */
export const oddSize: Build = (ffmpeg, file) =>
  render(ffmpeg, file, sequence(`${meadow(2)},format=yuv444p,crop=201:113:0:0:exact=1`));

/** 2 s of one picture fade out to black by 2000 ms, 1 s of black, and 2 s of another fade in from 3000 ms on. */
export const fadeThroughBlack: Build = (ffmpeg, file) =>
  render(ffmpeg, file, sequence(`${meadow(2)},fade=out:25:25`, blank('black', 1), `${city(2)},fade=in:0:25`));

/** Two seconds of one scene, a cut to a second of black, from which another comes in a second. */
export const cutToBlack: Build = (ffmpeg, file) =>
  render(ffmpeg, file, sequence(meadow(2), blank('black', 1), `${city(2)},fade=in:0:25`));

/** A fade through white. */
export const fadeThroughWhite: Build = (ffmpeg, file) =>
  render(
    ffmpeg,
    file,
    sequence(
      `${meadow(2)},fade=out:25:25:color=white`,
      blank('white', 1),
      `${city(2)},fade=in:0:25:color=white`,
    ),
  );

/** A dissolve of one second, from 2000 to 3000 ms. */
export const dissolve: Build = (ffmpeg, file) => {
  const graph = `${meadow(3)}[a];${city(5)},setpts=PTS-STARTPTS[b];[b][a]blend=all_expr='${'A*clip((T-2)/1,0,1)+B*(1-clip((T-2)/1,0,1))'}'[out]`;
  return render(ffmpeg, file, ['-filter_complex', graph, '-map', '[out]', ...H264]);
};

/** A wipe of one second, from 2000 to 3000 ms: the new picture comes in from the right. */
export const wipe: Build = (ffmpeg, file) => {
  const place = "'320*(1-clip(t-2,0,1))'";
  const graph = `${dunes(5)}[a];${sea(5)}[b];[a][b]overlay=x=${place}:y=0[out]`;
  return render(ffmpeg, file, ['-filter_complex', graph, '-map', '[out]', ...H264]);
};

/** One shot, over a fifth of which a caption stands from 1000 to 3000 ms. */
export const caption: Build = (ffmpeg, file) => {
  const box = "drawbox=x=0:y=135:w=320:h=36:color=white:t=fill:enable='between(n,25,75)'";
  return render(ffmpeg, file, sequence(`${meadow(4)},${box}`));
};

/** One shot, before which something dark passes within a second, from one side to the other, and covers all of it. */
export const occluder: Build = (ffmpeg, file) => {
  const dark = `${city(4)},scale=640:180,eq=brightness=-0.5:saturation=0.3`;
  const graph = `${meadow(4)}[a];${dark}[b];[a][b]overlay=x='320-960*(t-1)':y=0[out]`;
  return render(ffmpeg, file, ['-filter_complex', graph, '-map', '[out]', ...H264]);
};

/** One shot, before which someone dark passes close to the lens, drawn anew for each third frame only: animation. */
export const animatedPasser: Build = (ffmpeg, file) => {
  const dark = `${city(4)},scale=240:180,eq=brightness=-0.5:saturation=0.3`;
  const graph = `${meadow(4)}[a];${dark}[b];[a][b]overlay=x='320-560*(t-1)':y=0,fps=25/3,fps=25[out]`;
  return render(ffmpeg, file, ['-filter_complex', graph, '-map', '[out]', ...H264]);
};

const lit = (ffmpeg: Ffmpeg, file: string, alpha: number, light: string, when: string) => {
  const dark = `${dunes(3)},lutyuv=y=16+(val-16)*0.5`;
  const spot = `r=225:g=225:b=255:a='${alpha}*exp(-pow(hypot(X-110,Y-70)/110,2))'`;
  const beam = `nullsrc=size=320x180:rate=25:duration=0.04,format=rgba,geq=${spot},loop=-1:1:0,setpts=N/25/TB,${light}`;
  const graph = `${dark}[a];${beam}[b];[a][b]overlay=shortest=1:enable='${when}',format=yuv420p[out]`;
  return render(ffmpeg, file, ['-filter_complex', graph, '-map', '[out]', ...H264]);
};

/** One dark shot, a part of which a beam of light falls on at 1000 ms; it goes within a second. */
export const stageLight: Build = (ffmpeg, file) =>
  lit(ffmpeg, file, 60, 'fade=out:25:25:alpha=1', 'gte(n,25)');

/** One dark shot, a part of which is lit from 1000 ms on for nine frames. */
export const lightning: Build = (ffmpeg, file) => lit(ffmpeg, file, 120, 'null', 'between(n,25,33)');

/** One picture, white for two frames at 1000 ms, and the same picture again. */
export const cameraFlash: Build = (ffmpeg, file) => {
  const flash = `${meadow(3)},lutyuv=y=val:enable='0'[p];color=white:size=320x180:rate=25:duration=3,format=yuv420p[w];`;
  const graph = `${flash}[p][w]overlay=enable='between(n,25,26)'[out]`;
  return render(ffmpeg, file, ['-filter_complex', graph, '-map', '[out]', ...H264]);
};

/** A video of 320 x 180 whose track is marked to be shown turned by a quarter. */
export const filmedUpright: Build = async (ffmpeg, file) => {
  await oneShot(ffmpeg, file);
  const bytes = await readFile(file);
  // The matrix of a track header (ISO/IEC 14496-12, section 8.3.2), found 44 bytes after its type.
  const matrix = bytes.indexOf('tkhd') + 44;
  [0, 0x10000, 0, -0x10000, 0, 0, 180 * 0x10000, 0, 0x40000000].forEach((value, i) => {
    bytes.writeInt32BE(value, matrix + 4 * i);
  });
  await writeFile(file, bytes);
  return file;
};
