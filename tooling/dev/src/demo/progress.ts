import { SingleBar } from 'cli-progress';

/** A step whose progress is shown. */
export interface Progress {
  /** @param fraction 0 to 1 @param note what is going on, in a few words */
  update(fraction: number, note?: string): void;
  stop(): void;
}

/** A line for each tenth, and for each new note: for logs and pipes. */
function lines(label: string, out: NodeJS.WriteStream): Progress {
  let shown = -1;
  let lastNote = '';
  return {
    update(fraction, note = '') {
      const tenth = Math.floor(fraction * 10);
      if (tenth <= shown && note === lastNote) return;
      shown = Math.max(shown, tenth);
      lastNote = note;
      out.write(`${label} ${shown * 10}%${note && ` ${note}`}\n`);
    },
    stop: () => undefined,
  };
}

/** A bar that moves, where there is a terminal to move it on. */
function bar(label: string, out: NodeJS.WriteStream): Progress {
  const single = new SingleBar({
    format: `${label.padEnd(9)} {bar} {percentage}% {note}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 36,
    hideCursor: true,
    stream: out,
  });
  single.start(1000, 0, { note: '' });
  return {
    update: (fraction, note = '') => single.update(Math.round(fraction * 1000), { note }),
    stop: () => single.stop(),
  };
}

/** Shows how far a step has come. Call `stop` at its end, whatever the end: the cursor comes back with it. */
export function showProgress(label: string, out: NodeJS.WriteStream = process.stdout): Progress {
  return out.isTTY ? bar(label, out) : lines(label, out);
}
