import type { Sql } from '@orq/db';

/** How far a walk from one job to the oldest has come. */
export interface Course {
  /** 0 to 1. */
  doneAt(id: string): number;
}

/** The time in a UUIDv7, in ms since 1970. */
const timeIn = (id: string) => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);

/** By the times in the ids of jobs, as if there were as many at all times: how many match nobody knows before. */
export async function createCourse(sql: Sql, from: string): Promise<Course> {
  const [oldest] = await sql<{ id: string }[]>`SELECT id FROM orq.jobs ORDER BY id LIMIT 1`;
  const [begin, end] = [timeIn(from), timeIn(oldest?.id ?? from)];
  return {
    doneAt: (id) => (begin > end ? Math.min(1, Math.max(0, (begin - timeIn(id)) / (begin - end))) : 0),
  };
}
