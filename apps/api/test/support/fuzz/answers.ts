import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { OpenApiDocument } from '@orq/contracts/openapi';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type FuzzRequest, operationsOf } from './requests.ts';

export interface FuzzAnswer {
  status: number;
  type: string;
  text: string;
}

/** Of a stream, all until its first event, or the id that one begins with; of anything else, all. */
async function read(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk as string;
    if (response.headers['content-type'] === 'text/event-stream' && /^(id|data): .*\n\n/m.test(text)) break;
  }
  return text;
}

export async function send(port: number, { method, path, headers, body }: FuzzRequest): Promise<FuzzAnswer> {
  const call = request({ host: '127.0.0.1', port, method, path, headers });
  // What answers before it has read all may close the connection under a body that still goes.
  call.on('error', () => undefined);
  call.end(body);
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  const text = await read(response);
  return { status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', text };
}

/** What no answer may tell: the inside of the process, of its machine and of its database. */
const INSIDE =
  /node_modules|file:\/\/|\bat \S+ \(|\.ts:\d|postgres(ql)?:\/\/|PostgresError|SQLSTATE|orq\.\w+ |violates|relation "|syntax error|ENOENT|TypeError|ZodError/;

/** What this server is not set up for. */
const NOT_HERE = 501;

/** Whether answers are what the document says of them. */
export function answerChecker(document: OpenApiDocument, secrets: readonly string[]) {
  const operations = new Map(operationsOf(document).map((operation) => [operation.name, operation]));
  const ajv = new Ajv2020.default({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'document');

  function misfit(pointer: readonly string[], value: unknown): string | undefined {
    const escaped = pointer.map((part) =>
      encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')),
    );
    const isValid = ajv.validate({ $ref: `document#/${escaped.join('/')}` }, value);
    return isValid ? undefined : `the body is not what its schema says: ${ajv.errorsText()}`;
  }

  /** @returns what is wrong with an answer; undefined where it is as it should be */
  return ({ name }: FuzzRequest, { status, type, text }: FuzzAnswer): string | undefined => {
    if (status >= 500 && status !== NOT_HERE) return `it failed with status ${status}`;
    const leak = INSIDE.exec(text)?.[0] ?? secrets.find((secret) => text.includes(secret));
    if (leak !== undefined) return `it tells ${JSON.stringify(leak)}`;
    const operation = operations.get(name);
    const declared = operation?.responses[status];
    if (!operation || !declared) return `status ${status} is not declared`;
    const contents = Object.keys(declared.content ?? {});
    if (contents.length === 0) return text === '' ? undefined : 'it has a body, and none is declared';
    if (!contents.includes(type)) return `content type ${type} is not declared for ${status}`;
    if (!declared.content?.[type]?.schema) return undefined;
    const at = [
      'paths',
      operation.path,
      operation.method.toLowerCase(),
      'responses',
      String(status),
      'content',
      type,
      'schema',
    ];
    if (type === 'text/event-stream') {
      const data = /^data: (.*)$/m.exec(text)?.[1];
      return data === undefined ? undefined : misfit(at, JSON.parse(data));
    }
    return misfit(at, type.includes('json') ? JSON.parse(text) : text);
  };
}
