import { JobStatus } from '@orq/contracts';

/** What has been told of a job. */
export interface JobPosition {
  /** The status that was told last, with the fence that it was under; null before the first. */
  status: { name: JobStatus; fence: number } | null;
  /** As it was told last, in thousandths; -1 where none was. */
  progress: number;
  /** The last line of its log. */
  line: number;
}

export const BEGINNING: JobPosition = { status: null, progress: -1, line: 0 };

const POSITION = /^(\d|-)\.([0-9a-z]{1,6})\.(\d{1,4}|-)\.([0-9a-z]{1,11})$/;
const STATUSES = JobStatus.options;

export const jobPositionText = ({ status, progress, line }: JobPosition): string =>
  [
    status ? STATUSES.indexOf(status.name) : '-',
    (status?.fence ?? 0).toString(36),
    progress < 0 ? '-' : progress,
    line.toString(36),
  ].join('.');

/** @returns null for what is no position */
export function readJobPosition(text: string): JobPosition | null {
  const [, index, fence = '', progress = '', line = ''] = POSITION.exec(text) ?? [];
  if (index === undefined) return null;
  const name = STATUSES[Number(index)];
  if (index !== '-' && name === undefined) return null;
  const number = Number.parseInt(line, 36);
  if (!Number.isSafeInteger(number)) return null;
  return {
    status: name === undefined ? null : { name, fence: Number.parseInt(fence, 36) },
    progress: progress === '-' ? -1 : Number(progress),
    line: number,
  };
}
