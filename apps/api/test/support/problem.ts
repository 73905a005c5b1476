import { Problem, problems, type ProblemKind } from '@orq/contracts';
import { expect } from 'vitest';

const kinds = Object.keys(problems) as ProblemKind[];

/** Reads an answer that is a problem, and makes sure that it is one in its whole form: body, status and headers. */
export async function readProblem(response: Response): Promise<Problem & { kind: ProblemKind | undefined }> {
  const problem = Problem.parse(await response.json());
  const kind = kinds.find((name) => problem.type === `urn:orq:problem:${name}`);
  expect(problem).toMatchObject({ ...(kind && problems[kind]), status: response.status });
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(problem.request_id).toBe(response.headers.get('x-request-id'));
  return { ...problem, kind };
}
