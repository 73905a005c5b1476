/**
 * Waits for a promise, at most so many ms; what it gives after that is dropped.
 *
 * @param late gives what stands for it then, or throws
 */
export function within<T, Late>(ms: number, promise: PromiseLike<T>, late: () => Late): Promise<T | Late> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      try {
        resolve(late());
      } catch (error) {
        reject(error);
      }
    }, ms);
    promise.then(resolve, reject).then(() => clearTimeout(timer));
  });
}
