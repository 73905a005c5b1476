import { type RouteContract, type RouteName, routes } from '../routes/index.ts';
import { readJson } from './answer.ts';
import type { CallOptions, Calls, EventsOptions, MutationOptions } from './call-types.ts';
import { follow } from './follow.ts';
import type { RequestParts } from './request.ts';
import { nameOf, type Transport } from './transport.ts';

type AnyOptions = CallOptions & MutationOptions & EventsOptions;

function callOf(transport: Transport, route: RouteContract) {
  const { success } = route;
  return (parts: RequestParts = {}, options: AnyOptions = {}) => {
    if ('events' in success) return follow(transport, { ...route, success }, parts, options);
    // An upload takes as long as it takes.
    const bound = route.request.multipart ? undefined : transport.timeoutMs;
    const sending = { ...options, timeoutMs: options.timeoutMs ?? bound };
    if ('binary' in success) {
      const live = { ...sending, accept: success.binary.contentTypes.join(', '), livesOn: true };
      return transport.send(route, parts, live, async (response) => response);
    }
    if ('text' in success) {
      return transport.send(route, parts, { ...sending, accept: '*/*' }, (response) => response.text());
    }
    return transport.send(route, parts, sending, async (response) =>
      'body' in success ? readJson(nameOf(route), success.body, response) : undefined,
    );
  };
}

/** A function for each route of the table, typed by its contract. */
export function createCalls(transport: Transport): Calls {
  const names = Object.keys(routes) as RouteName[];
  // Each function takes and gives what its own route says, which a loop over all of them cannot know.
  return Object.fromEntries(names.map((name) => [name, callOf(transport, routes[name])])) as unknown as Calls;
}
