const SECOND = 1_000_000;
const PAST = Date.UTC(2020) * 1_000;
const FUTURE = Date.UTC(2100) * 1_000;

/** How far back the jobs of the future are moved for their time to come: to where those of the past are. In s. */
export const LEAP_S = (FUTURE - PAST) / SECOND;

/** A moment long gone, or far off; those with equal `second` come to be the same when time passes. */
export interface Instant {
  future: boolean;
  second: number;
}

/** In microseconds since 1970. */
export const microsOf = ({ future, second }: Instant) => (future ? FUTURE : PAST) + second * SECOND;

export const dateOf = (instant: Instant) => new Date(microsOf(instant) / 1_000);

/** No job is ever due within the next half hour, so that it does not matter when one asks. */
export const isDue = (micros: number) => micros < (Date.now() + 30 * 60_000) * 1_000;

export const instantText = ({ future, second }: Instant) => `${future ? 'future' : 'past'}+${second}s`;
