import { MediaError } from '@orq/media';
import { PermanentError } from '@orq/queue';

/** A file that is not a video will not be one at the next attempt. @throws {PermanentError} for a MediaError */
export async function permanentMediaErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MediaError) throw new PermanentError(error.message, { cause: error.cause });
    throw error;
  }
}
