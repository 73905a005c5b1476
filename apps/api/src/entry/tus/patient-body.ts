import { type BodyLimits, type BodyProblems, readRequestBody } from '../../request/body.ts';

/** Nobody is told these: the body ends there. */
const PROBLEMS: BodyProblems = {
  tooLarge: ['upload-too-large', 'too much has come'],
  stalled: ['upload-stalled', 'nothing has come for long'],
  interrupted: ['upload-incomplete', 'the connection broke'],
};

/**
 * A request's body that ends where the connection breaks, or too little comes for too long: what had come counts. A client
 * that is still there is told how much that is.
 */
export function patientBody(request: Request, limits: BodyLimits): ReadableStream<Uint8Array> {
  const chunks = readRequestBody(request, limits, PROBLEMS);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await chunks.next().catch(() => undefined);
        if (next?.value) controller.enqueue(next.value);
        else controller.close();
      },
      cancel: async () => void (await chunks.return()),
    },
    { highWaterMark: 0 },
  );
}
