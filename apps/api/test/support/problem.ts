import { Problem, problems, problemType, type ProblemKind } from '@orq/contracts';
import { expect } from 'vitest';

/** Makes sure that an answer is this problem, in its whole form, and gives it back. */
export async function expectProblem(response: Response, kind: ProblemKind): Promise<Problem> {
  const body: unknown = await response.json();
  const problem = Problem.parse(body);
  expect(problem.type, JSON.stringify(body)).toBe(problemType(kind));
  expect(response.status).toBe(problems[kind].status);
  expect(problem).toMatchObject({ status: response.status, title: problems[kind].title });
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(problem.request_id).toBe(response.headers.get('x-request-id'));
  return problem;
}
