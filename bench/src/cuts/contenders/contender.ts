import type { Found } from '@orq/cut-benchmark';

export interface CommandLine {
  file: string;
  args: string[];
}

/** A detector of shots: a command line for one video, in a process of its own, and what to make of its output. */
export interface Contender {
  name: string;
  /** Its version and settings. */
  about: string;
  /** Whether it says what kind of transition it found, and where that begins and ends. */
  isTyped: boolean;
  command(video: string): CommandLine;
  /** @param fps frames a second of the video. @throws {Error} when the output is not what is expected */
  parse(output: { stdout: string; stderr: string }, fps: number): Found[];
}
