import { v7 as uuidv7 } from 'uuid';

const RANDOM_BYTES_AN_ID = 16;
/** Random bytes for many ids at a time: asking the system for each id's own would be most of its cost. */
const pool = new Uint8Array(256 * RANDOM_BYTES_AN_ID);
let used = pool.length;
let msecs = 0;
let sequence = 0;

/**
 * A UUIDv7 (RFC 9562). Those that one process makes rise: within a millisecond by a counter of 32 bits that begins at a
 * random number with its highest bit clear (section 6.2, method 1).
 */
export function newJobId(): string {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  const random = pool.subarray(used, used + RANDOM_BYTES_AN_ID);
  used += RANDOM_BYTES_AN_ID;

  const now = Date.now();
  if (now > msecs) {
    msecs = now;
    sequence = new DataView(random.buffer, random.byteOffset).getUint32(0) >>> 1;
  } else {
    sequence += 1;
    if (sequence > 0xffff_ffff) {
      sequence = 0;
      msecs += 1;
    }
  }
  return uuidv7({ random, msecs, seq: sequence });
}
