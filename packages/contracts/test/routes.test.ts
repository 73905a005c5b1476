import { expect, test } from 'vitest';
import { problems, problemType, routes } from '../src/index.ts';

test('no two routes share a method and a path', () => {
  const calls = Object.values(routes).map(({ method, path }) => `${method} ${path}`);

  expect(new Set(calls).size).toBe(calls.length);
});

test('every parameter in a path has a schema, and every schema a parameter', () => {
  for (const { path, request } of Object.values(routes)) {
    const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name);
    const inSchema = 'params' in request ? Object.keys(request.params.shape) : [];

    expect(inSchema, path).toEqual(inPath);
  }
});

test('every problem has the status of an error and a type that stays as it is', () => {
  for (const [kind, { status, title }] of Object.entries(problems)) {
    expect(status, kind).toBeGreaterThanOrEqual(400);
    expect(status, kind).toBeLessThan(600);
    expect(title, kind).not.toBe('');
  }
  expect(problemType('not-found')).toBe('urn:orq:problem:not-found');
});
