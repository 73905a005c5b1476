const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decodeEntity(whole: string, name: string): string {
  if (!name.startsWith('#')) return ENTITIES[name] ?? whole;
  const code = name[1] === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}

/**
 * What is inside each element of a name. The answers of S3 have neither CDATA nor an element within one of its own name, and
 * that is all this reads: text that was made for another parser gives nothing, or too little, and the caller checks it.
 */
export function elementsOf(xml: string, name: string): string[] {
  const [open, close] = [new RegExp(`<${name}(?:\\s[^<>]*)?>`, 'g'), `</${name}>`];
  const found: string[] = [];
  for (let match = open.exec(xml); match; match = open.exec(xml)) {
    const end = xml.indexOf(close, open.lastIndex);
    if (end === -1) break;
    found.push(xml.slice(open.lastIndex, end));
    open.lastIndex = end + close.length;
  }
  return found;
}

/** The text of the first element of a name; undefined where there is none. */
export function textOf(xml: string, name: string): string | undefined {
  return elementsOf(xml, name)[0]?.replace(/&(#x[\da-f]{1,6}|#\d{1,7}|\w{1,6});/gi, decodeEntity);
}

/** Text as the content of an element. */
export const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
