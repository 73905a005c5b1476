import { MediaError } from '@orq/media';
import { PermanentError } from '@orq/queue';
import { ObjectNotFoundError } from '@orq/storage';

/** A file that is not a video will not be one at the next attempt, and a file that is gone will not come back. */
export async function permanentWhereNoRetryHelps<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MediaError) throw new PermanentError(error.message, { cause: error.cause });
    if (error instanceof ObjectNotFoundError) {
      throw new PermanentError('The uploaded file is no longer in storage: upload the video again');
    }
    throw error;
  }
}
