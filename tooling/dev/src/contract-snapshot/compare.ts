import { type RouteContract, scopes } from '@orq/contracts';
import { createComparison, inWords, type Pair, type Side } from './misfits.ts';
import type { RouteSnapshot, Schema, Snapshot } from './snapshot.ts';

export interface Comparison {
  /** A line for each change that would break a client or a worker that is not changed with it. */
  breaking: string[];
  /** A line for each other change. */
  compatible: string[];
}

type Scope = RouteContract['scope'];

/** How much a key must be allowed to do. */
const rankOf = (scope: string | null) => (scope === null ? -1 : scopes.indexOf(scope as NonNullable<Scope>));

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** Compares what was promised with what is promised now. docs/adr/0023-breaking-changes.md has the rules. */
export function compareSnapshots(before: Snapshot, after: Snapshot): Comparison {
  const request = createComparison('request', {
    given: before.components.input,
    taken: after.components.input,
  });
  const answer = createComparison('answer', {
    given: after.components.output,
    taken: before.components.output,
  });
  const lines = (side: Side, where: string, found: ReturnType<typeof request.misfits>) =>
    found.map(
      (misfit) => `${where}${misfit.path === '' ? '' : `, ${misfit.path}`}: ${inWords(side, misfit)}`,
    );

  const requestLines = (where: string, was: Schema, is: Schema) =>
    lines('request', where, request.misfits({ given: was, taken: is }));
  const answerLines = (where: string, was: Schema, is: Schema) =>
    lines('answer', where, answer.misfits({ given: is, taken: was }));

  /** What a call had to be made of to be understood; a part that was not there was empty. */
  function partLines(where: string, was: RouteSnapshot, is: RouteSnapshot): string[] {
    const nothing: Schema = { type: 'object', properties: {} };
    return [...new Set([...Object.keys(was.request), ...Object.keys(is.request)])].flatMap((part) =>
      requestLines(`${where}, ${part}`, was.request[part] ?? nothing, is.request[part] ?? nothing),
    );
  }

  function routeLines(name: string, was: RouteSnapshot, is: RouteSnapshot | undefined): string[] {
    const where = `${was.method.toUpperCase()} ${was.path}`;
    if (!is) return [`${where} (${name}) is gone`];
    const pair: Pair = { given: is.answer ?? {}, taken: was.answer ?? {} };
    const differs = [
      !same([was.method, was.path], [is.method, is.path]) && `is now ${is.method.toUpperCase()} ${is.path}`,
      rankOf(is.scope) > rankOf(was.scope) && `now needs the scope ${is.scope}`,
      was.idempotency !== null && is.idempotency === null && 'can no longer be sent again safely',
      was.idempotency === 'key' && is.idempotency === 'natural' && 'no longer takes an Idempotency-Key',
      was.statuses[0] !== is.statuses[0] && `now succeeds with ${is.statuses[0]}, not ${was.statuses[0]}`,
      was.form !== is.form && `now answers by ${is.form}, not ${was.form}`,
    ].filter((words) => typeof words === 'string');
    const answers =
      was.form === 'events'
        ? lines('answer', `${where}, events`, answer.eventMisfits(pair))
        : lines('answer', `${where}, answer`, answer.misfits(pair));
    return [
      ...differs.map((words) => `${where} ${words}`),
      ...partLines(where, was, is),
      ...(was.form === is.form ? answers : []),
    ];
  }

  const breaking = [
    ...Object.entries(before.routes).flatMap(([name, was]) => routeLines(name, was, after.routes[name])),
    ...Object.entries(before.jobs).flatMap(([type, was]) => {
      const is = after.jobs[type];
      if (!is) return [`Job type ${type} is gone`];
      return requestLines(`Job type ${type}, input`, was.input, is.input).concat(
        answerLines(`Job type ${type}, output`, was.output, is.output),
      );
    }),
    ...Object.entries(before.problems)
      .filter(([kind, status]) => after.problems[kind] !== status)
      .map(([kind, status]) => `Problem ${kind} is no longer one of status ${status}`),
  ];
  return { breaking, compatible: breaking.length > 0 ? [] : compatibleLines(before, after) };
}

/** What differs where nothing breaks. */
function compatibleLines(before: Snapshot, after: Snapshot): string[] {
  const changed = <Value>(what: string, was: Record<string, Value>, is: Record<string, Value>) =>
    [...new Set([...Object.keys(was), ...Object.keys(is)])]
      .filter((name) => !same(was[name], is[name]))
      .map((name) => `${what} ${name} ${name in is ? (name in was ? 'is another' : 'is new') : 'is gone'}`);
  return [
    ...changed('Route', before.routes, after.routes),
    ...changed('Job type', before.jobs, after.jobs),
    ...changed('Problem', before.problems, after.problems),
    ...changed('Request schema', before.components.input, after.components.input),
    ...changed('Answer schema', before.components.output, after.components.output),
  ];
}
