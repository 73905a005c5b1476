import { dirname } from 'node:path';
import { API_VERSION, EnqueueResult, UploadResult } from '@orq/contracts';
import { openApiDocument } from '@orq/contracts/openapi';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { startApi, type TestApi } from './support/api.ts';
import { answerChecker, send } from './support/fuzz/answers.ts';
import { operationsOf, requestsTo, resolveIn } from './support/fuzz/requests.ts';
import { makeKey } from './support/keys.ts';
import { upload } from './support/upload.ts';

/** A longer run by hand: `FUZZ_ROUNDS=20000 FUZZ_SEED=2 vitest run test/fuzz.test.ts`. */
const numRuns = Number(process.env['FUZZ_ROUNDS'] ?? 400);
const seed = Number(process.env['FUZZ_SEED'] ?? 1);

const document = openApiDocument(API_VERSION);
const operations = operationsOf(document);
/** Those that refuse whoever has no key: the others can hardly fail. */
const keyed = new Set(operations.filter(({ responses }) => responses['401']).map(({ name }) => name));

/** Something of each kind, for the calls that read it. @returns their ids */
async function populate(api: TestApi): Promise<string[]> {
  const { video_asset_id: video, job_id: analysis } = UploadResult.parse(await (await upload(api)).json());
  const [clip] = await api.sql<{ id: string }[]>`
    INSERT INTO orq.clips (id, video_asset_id, job_id, start_ms, end_ms, visual_score, score_parts)
    VALUES (gen_random_uuid(), ${video}, ${analysis}, 0, 2000, 0.5,
      '{"sharpness":0.5,"colourfulness":0.5,"exposure":0.5,"contrast":0.5,"motion":0.5}')
    RETURNING id`;
  const enqueued = await fetch(`${api.url}/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"type":"report","input":1}',
  });
  return [video, analysis, clip?.id ?? '', EnqueueResult.parse(await enqueued.json()).id];
}

/** What is told nowhere: the database, the files, and what the environment holds. */
async function secretsOf({ sql, storedFiles }: TestApi): Promise<string[]> {
  const [row] = await sql<{ name: string }[]>`SELECT current_database() AS name`;
  const folders = (await storedFiles()).map((file) => dirname(file));
  const values = Object.entries(process.env)
    .filter(([name]) => /SECRET|TOKEN|PASSWORD|KEY|URL|PATH|PWD/.test(name))
    .map(([, value = '']) => value)
    .filter((value) => value.length > 12);
  return [row?.name ?? '', ...folders, ...values];
}

it(
  'every call answers as its description says, whatever it is sent',
  { timeout: 60_000 + numRuns * 200 },
  async () => {
    const api = await startApi();
    const ids = await populate(api);
    const { headers } = await makeKey(api, 'admin');
    const secrets = await secretsOf(api);
    const check = answerChecker(document, secrets);
    let succeeded = 0;
    const requests = fc.oneof(
      ...operations.map((operation) =>
        requestsTo(operation, resolveIn(document), ids, headers.authorization),
      ),
    );

    const property = fc.asyncProperty(requests, async (request) => {
      const answer = await send(api.port, request);
      if (answer.status < 300 && keyed.has(request.name)) succeeded += 1;
      const wrong = check(request, answer);
      if (wrong !== undefined) throw new Error(`${request.name}: ${wrong}\n${answer.text.slice(0, 1_000)}`);
    });
    await fc.assert(property, { numRuns, seed });

    // Most are refused; what a fuzzer has refused altogether, it has not reached.
    expect(succeeded / numRuns).toBeGreaterThan(0.05);
    expect(api.log.filter(({ level }) => level === 'error')).toEqual([]);
  },
);
