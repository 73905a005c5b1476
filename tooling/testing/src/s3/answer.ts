/** What is sent back. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: Buffer | string;
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

type Content = string | number | boolean | Date | undefined | { [name: string]: Content | Content[] };

function element(name: string, content: Content | Content[]): string {
  if (content === undefined) return '';
  if (Array.isArray(content)) return content.map((one) => element(name, one)).join('');
  if (content instanceof Date) return element(name, content.toISOString());
  if (typeof content !== 'object') return `<${name}>${escaped(String(content))}</${name}>`;
  const inner = Object.entries(content).map(([child, value]) => element(child, value));
  return `<${name}>${inner.join('')}</${name}>`;
}

/** An answer in XML: a list as an element for each of its items, what is undefined as none. */
export function xml(root: string, content: Content, status = 200): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, content)}`;
  return { status, headers: { 'content-type': 'application/xml' }, body };
}
