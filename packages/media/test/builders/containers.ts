/** Pieces of container formats, for files that no encoder would write. */

/** A box of ISO/IEC 14496-12 (MP4, MOV): length, type, content. */
export function box(type: string, ...content: Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

/** Rebuilds an MP4 with the content of one box changed, and with it the lengths of those around it. */
export function changeBox(
  bytes: Buffer,
  path: readonly string[],
  change: (content: Buffer) => Uint8Array,
): Buffer {
  const [type, ...inner] = path;
  const parts: Buffer[] = [];
  for (let at = 0; at + 8 <= bytes.length;) {
    const length = bytes.readUInt32BE(at) || bytes.length - at;
    const content = bytes.subarray(at + 8, at + length);
    if (bytes.toString('latin1', at + 4, at + 8) !== type) parts.push(bytes.subarray(at, at + length));
    else parts.push(box(type, inner.length === 0 ? change(content) : changeBox(content, inner, change)));
    at += length;
  }
  return Buffer.concat(parts);
}

/** An element of EBML (RFC 8794), as in Matroska: its id in hexadecimal, its length in eight bytes, content. */
export function element(id: string, ...content: (Uint8Array | string | number)[]): Buffer {
  const body = Buffer.concat(content.map(toBytes));
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(body.length));
  length[0] = 1;
  return Buffer.concat([Buffer.from(id, 'hex'), length, body]);
}

function toBytes(value: Uint8Array | string | number): Uint8Array {
  if (typeof value === 'string') return Buffer.from(value, 'latin1');
  if (typeof value !== 'number') return value;
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
