import { html } from 'hono/html';

/** Text in which what stands between backticks is code. */
export const marked = (text = '') =>
  html`${text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;

/** Text as one argument of a POSIX shell. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** A call by curl. */
export function curl(method: string, path: string, body: unknown, isUpload: boolean): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => `$${name.toUpperCase()}`);
  const lines = [
    `curl${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} "$ORQ_URL${filled}"`,
    `-H "Authorization: Bearer $ORQ_TOKEN"`,
  ];
  if (isUpload) lines.push(`-F file=@video.mp4`);
  if (body !== undefined)
    lines.push(`-H 'Content-Type: application/json'`, `-d ${quoted(JSON.stringify(body))}`);
  return lines.join(' \\\n  ');
}
