import type { Fetch } from './transport.ts';

/**
 * A fetch by XMLHttpRequest.
 *
 * @param onProgress told how many bytes of the body have gone out
 */
export const xhrFetch =
  (onProgress: (sent: number) => void): Fetch =>
  (url, { method = 'GET', headers = {}, body, signal }) =>
    new Promise<Response>((resolve, reject) => {
      const request = new XMLHttpRequest();
      const stop = () => request.abort();
      signal?.addEventListener('abort', stop, { once: true });
      request.upload.addEventListener('progress', ({ loaded }) => onProgress(loaded));
      request.addEventListener('load', () => {
        const { status, statusText, responseText } = request;
        const answered = ['content-type', 'retry-after'].map((name) => [
          name,
          request.getResponseHeader(name),
        ]);
        const known = answered.filter((header): header is [string, string] => typeof header[1] === 'string');
        const init = { status, statusText, headers: known };
        // A Response takes no body, not even an empty one, with a status that has none.
        resolve(new Response(responseText === '' ? null : responseText, init));
      });
      request.addEventListener('error', () => reject(new TypeError('the connection failed')));
      request.addEventListener('abort', () => reject(signal?.reason));
      request.addEventListener('loadend', () => signal?.removeEventListener('abort', stop));
      request.open(method, url);
      for (const [name, value] of new Headers(headers)) request.setRequestHeader(name, value);
      request.send(body instanceof ReadableStream ? null : (body ?? null));
    });
