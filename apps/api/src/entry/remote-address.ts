import { BlockList, isIP, isIPv6 } from 'node:net';
import type { Context } from 'hono';
import type { Connection } from './server.ts';

/** IPv4 as a socket for both families has it: ::ffff:192.0.2.1. */
const MAPPED = /^::ffff:(?=\d+\.)/i;

const plain = (address: string) => address.trim().replace(MAPPED, '');
const familyOf = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4');

/** The first four groups of an IPv6 address: whoever has one has the 2^64 others of its network, too. */
function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::').map((half) => half.split(':').filter(Boolean));
  const gap = tail ? Array.from({ length: 8 - head.length - tail.length }, () => '0') : [];
  return `${[...head, ...gap, ...(tail ?? [])].slice(0, 4).join(':')}::/64`;
}

/**
 * Where a call comes from: the address of the connection or, where that is a trusted proxy's, the last address in
 * `X-Forwarded-For` that is none of theirs. What stands before it is whatever the client has made up.
 *
 * @param proxies addresses and networks, such as `10.0.0.0/8`
 * @returns an IPv4 address or an IPv6 network
 */
export function remoteAddressBehind(proxies: readonly string[]): (c: Context) => string | undefined {
  const trusted = new BlockList();
  for (const proxy of proxies) {
    const [address = '', bits] = proxy.split('/');
    if (bits === undefined) trusted.addAddress(address, familyOf(address));
    else trusted.addSubnet(address, Number(bits), familyOf(address));
  }
  const isTrusted = (address: string) => isIP(address) !== 0 && trusted.check(address, familyOf(address));

  return (c) => {
    const { remoteAddress: peer }: Connection = c.env;
    if (peer === undefined) return undefined;
    if (proxies.length === 0) return networkOf(plain(peer));
    const forwarded = c.req.header('x-forwarded-for')?.split(',') ?? [];
    const way = [plain(peer), ...forwarded.map(plain).toReversed()];
    const source = way.find((address) => !isTrusted(address)) ?? way.at(-1) ?? '';
    // Behind a proxy that writes no address there, the proxy's own.
    return networkOf(isIP(source) ? source : plain(peer));
  };
}
