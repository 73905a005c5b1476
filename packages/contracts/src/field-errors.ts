import type { z } from 'zod';

/** A field that is wrong. */
export interface FieldError {
  /** Such as `jobs.0.retry.delay_ms`; empty for the value as a whole. */
  path: string;
  message: string;
}

/** The fields that a schema has found wrong. */
export function fieldErrors(
  issues: readonly z.core.$ZodIssue[],
  at: readonly PropertyKey[] = [],
): FieldError[] {
  return issues.flatMap((issue) => {
    const path = [...at, ...issue.path];
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'is not known here' }));
      case 'invalid_union': {
        // What was meant is most likely the form that has the least wrong with it.
        const [closest] = [...issue.errors].sort((a, b) => a.length - b.length);
        return closest ? fieldErrors(closest, path) : [{ path: path.join('.'), message: issue.message }];
      }
      default:
        return [{ path: path.join('.'), message: issue.message }];
    }
  });
}
