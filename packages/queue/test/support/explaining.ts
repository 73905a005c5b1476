import type { Sql } from '@orq/db';
import postgres from 'postgres';
import { z } from 'zod';

/** As far as it is read: a node of a plan, as PostgreSQL 14 to 18 write it in JSON. Rows are those of one loop. */
const PlanNode = z.object({
  'Node Type': z.string(),
  'Relation Name': z.string().optional(),
  'Index Name': z.string().optional(),
  'Actual Rows': z.number(),
  'Actual Loops': z.number(),
  'Rows Removed by Filter': z.number().default(0),
  'Rows Removed by Join Filter': z.number().default(0),
  'Shared Hit Blocks': z.number(),
  'Shared Read Blocks': z.number(),
  get Plans() {
    return z.array(PlanNode).default([]);
  },
});
type PlanNode = z.infer<typeof PlanNode>;

const Explained = z.object({ 'Query Text': z.string(), Plan: PlanNode, JIT: z.unknown().optional() });

/** How one statement was carried out, or one that a function ran within another. */
export interface ExecutedPlan {
  /** With each run of white space as one space. */
  query: string;
  nodes: PlanNode[];
  /** Pages of 8 kB that were looked at, each time counted. */
  buffers: number;
  compiled: boolean;
}

export interface Explaining extends AsyncDisposable {
  /** A client whose every statement on orq's tables leaves a plan. */
  sql: Sql;
  /** Those so far, in the order in which the statements ended. */
  plans(): ExecutedPlan[];
}

/**
 * @param planCacheMode as PostgreSQL's setting: whether prepared statements are planned once, or each time
 * @param max connections: what a plan depends on, each has for itself
 */
export function openExplaining(url: string, planCacheMode = 'auto', max = 5): Explaining {
  const notices: string[] = [];
  const explain = { log_min_duration: '0', log_level: 'notice', log_format: 'json', log_timing: 'off' };
  const always = { log_analyze: 'on', log_buffers: 'on', log_nested_statements: 'on' };
  const settings = Object.entries({ ...explain, ...always });
  const sql = postgres(url, {
    max,
    connection: {
      session_preload_libraries: 'auto_explain',
      plan_cache_mode: planCacheMode,
      ...Object.fromEntries(settings.map(([name, value]) => [`auto_explain.${name}`, value])),
    },
    onnotice: ({ message = '' }) => void notices.push(message),
  });
  const plans = () => notices.flatMap(readPlan).filter(({ query }) => query.includes('orq.'));
  return { sql, plans, [Symbol.asyncDispose]: () => sql.end({ timeout: 5 }) };
}

/** Nothing where the notice is none of a plan. */
function readPlan(notice: string): ExecutedPlan[] {
  const json = /^duration: \S+ ms\s+plan:\n(.*)$/s.exec(notice)?.[1];
  if (json === undefined) return [];
  const { 'Query Text': query, Plan: root, JIT: jit } = Explained.parse(JSON.parse(json));
  return [
    {
      query: query.replaceAll(/\s+/g, ' ').trim(),
      nodes: [...withDescendants(root)],
      buffers: root['Shared Hit Blocks'] + root['Shared Read Blocks'],
      compiled: jit !== undefined,
    },
  ];
}

function* withDescendants(node: PlanNode): Generator<PlanNode> {
  yield node;
  for (const child of node.Plans) yield* withDescendants(child);
}

/** The tables that grow with backlog and history. */
const LARGE_TABLES = new Set(['jobs', 'ready']);
/** Jobs are looked up one by one in these: then it does not matter in which order the rows are read. */
const LOOKED_UP_IN = new Set(['jobs_pkey', 'jobs_unique_key']);

/** To sort what is ready is to read all of it first. */
const isOfReady = (node: PlanNode) => node['Relation Name'] === 'ready';

/**
 * What is wrong with a plan: a way through a large table that is not along its keys, more rows or pages than the work
 * asks for, or time spent on compiling it.
 */
export function faultsOf(plan: ExecutedPlan, { rows, buffers }: { rows: number; buffers: number }): string[] {
  const executed = plan.nodes.filter((node) => node['Actual Loops'] > 0);
  const faults = executed.flatMap((node) => {
    const name = [node['Node Type'], node['Index Name'], node['Relation Name']].filter(Boolean).join(' ');
    const removed = node['Rows Removed by Filter'] + node['Rows Removed by Join Filter'];
    const handled = (node['Actual Rows'] + removed) * node['Actual Loops'];
    const isLarge = LARGE_TABLES.has(node['Relation Name'] ?? '');
    const isSequence = node['Node Type'] === 'Seq Scan';
    const isBitmap =
      node['Node Type'] === 'Bitmap Heap Scan' && !LOOKED_UP_IN.has(node.Plans[0]?.['Index Name'] ?? '');
    const isSort = node['Node Type'].endsWith('Sort') && [...withDescendants(node)].some(isOfReady);
    const isOffKey = isSort || (isLarge && (isSequence || isBitmap));
    return [isOffKey && name, handled > rows && `${name}: ${handled} rows`].filter(
      (fault) => fault !== false,
    );
  });
  if (plan.buffers > buffers) faults.push(`${plan.buffers} buffers`);
  if (plan.compiled) faults.push('JIT');
  return faults.map((fault) => `${fault} in: ${plan.query.slice(0, 150)}`);
}
