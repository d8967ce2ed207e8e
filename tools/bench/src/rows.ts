import { type DocumentSize, documentOf, documentPath } from './answers.ts';
import { expectedProductPage, PRODUCT_PAGE } from './product-page.ts';

/** Who is measured. */
export type Contestant =
  | 'direct'
  | 'http-proxy'
  | 'nest-axios'
  | 'portico'
  | 'portico-log'
  | 'portico-2000'
  | 'portico-bare'
  | 'portico-all'
  | 'portico-slow'
  | 'public-cookie'
  | 'public-token'
  | 'session'
  | 'bearer'
  | 'web-bff';

/** One thing that is measured: a contestant at a task. */
export interface Row {
  /** `<task>/<contestant>`, the name in results and floors. */
  readonly key: string;
  readonly task: string;
  readonly contestant: Contestant;
  /** Program of the contestant, relative to this file; unset: the upstream itself is asked. */
  readonly program?: string;
  /** Environment of the contestant, beside the upstreams' addresses. */
  readonly environment: Readonly<Record<string, string>>;
  readonly path: string;
  /** Where the contestant says, as a JSON object, which header fields to send; unset: none beside the usual. */
  readonly credentials?: string;
  /** The body every answer must have, byte for byte. */
  readonly expected: string;
  /** Upstream calls each request must cause: an answer from a cache would not be a fair one. */
  readonly calls: number;
}

/** What the tasks are, in the order of the report. */
export const TASKS: Readonly<Record<string, string>> = {
  'proxy-2kb': 'Pass on a JSON answer of 2 KB',
  'proxy-20kb': 'Pass on a JSON answer of 20 KB',
  'proxy-200kb': 'Pass on a JSON answer of 200 KB',
  'group-2kb': 'Group three answers of 2 KB each',
  'group-20kb': 'Group three answers of 20 KB each',
  'group-200kb': 'Group three answers of 200 KB each',
  routes: 'Pass on 2 KB through the last of 10 or of 2,000 routes',
  stages: 'Pass on 2 KB with the stages of resilience off, as they are by default, and all on',
  instances: 'Pass on 2 KB from ten instances that answer after 3 ms; one of them after 300 ms',
  auth: 'Pass on 2 KB for a known session and a known bearer token; the same requests through a public route',
  'product-page': "The shop's product page of the web BFF: five upstream calls",
};

/** How a contestant is named in the report. */
export const CONTESTANTS: Readonly<Record<Contestant, string>> = {
  direct: 'no gateway',
  'http-proxy': '@fastify/http-proxy, bare',
  'nest-axios': 'NestJS by hand, @nestjs/axios',
  portico: 'Portico',
  'portico-log': 'Portico, request log on',
  'portico-2000': 'Portico, 2,000 routes',
  'portico-bare': 'Portico, stages off',
  'portico-all': 'Portico, all stages on',
  'portico-slow': 'Portico, one slow instance',
  'public-cookie': 'Portico, public route, the same cookie',
  'public-token': 'Portico, public route, the same token',
  session: 'Portico, session in memory',
  bearer: 'Portico, bearer token',
  'web-bff': 'Portico, web-bff',
};

const PROGRAMS: Partial<Record<Contestant, string>> = {
  'http-proxy': './contestants/http-proxy.js',
  'nest-axios': './contestants/nest-axios.js',
  portico: './contestants/portico.js',
  'portico-log': './contestants/portico.js',
  'portico-2000': './contestants/portico.js',
  'portico-bare': './contestants/portico.js',
  'portico-all': './contestants/portico.js',
  'portico-slow': './contestants/portico.js',
  'public-cookie': './contestants/doors.js',
  'public-token': './contestants/doors.js',
  session: './contestants/doors.js',
  bearer: './contestants/doors.js',
  'web-bff': '../../../apps/web-bff/dist/main.js',
};

const ENVIRONMENTS: Partial<Record<Contestant, Readonly<Record<string, string>>>> = {
  portico: { LOG_LEVEL: 'warn' },
  'portico-log': { LOG_LEVEL: 'info' },
  'portico-2000': { LOG_LEVEL: 'warn', BENCH_ROUTES: '2000' },
  'portico-bare': { LOG_LEVEL: 'warn', BENCH_STAGES: 'none' },
  'portico-all': { LOG_LEVEL: 'warn', BENCH_STAGES: 'all' },
  'portico-slow': { LOG_LEVEL: 'warn', BENCH_INSTANCES: 'ONE_SLOW_URL' },
  'public-cookie': { LOG_LEVEL: 'warn', BENCH_DOOR: 'session' },
  'public-token': { LOG_LEVEL: 'warn', BENCH_DOOR: 'bearer' },
  session: { LOG_LEVEL: 'warn', BENCH_DOOR: 'session' },
  bearer: { LOG_LEVEL: 'warn', BENCH_DOOR: 'bearer' },
  'web-bff': { LOG_LEVEL: 'warn' },
};

type Request = Pick<Row, 'path' | 'calls' | 'expected' | 'credentials'>;

function row(task: string, contestant: Contestant, request: Request, environment = ENVIRONMENTS[contestant]): Row {
  const program = PROGRAMS[contestant];
  return {
    key: `${task}/${contestant}`,
    task,
    contestant,
    environment: environment ?? {},
    ...request,
    ...(program && { program }),
  };
}

function proxyRows(size: DocumentSize, contestants: readonly Contestant[]): Row[] {
  const request = { path: documentPath(size), calls: 1, expected: documentOf(size) };
  return contestants.map((contestant) => row(`proxy-${size}`, contestant, request));
}

function groupRows(size: DocumentSize): Row[] {
  const part = documentOf(size);
  const request = {
    path: `/pages/${size}`,
    calls: 3,
    expected: `{"product":${part},"stock":${part},"reviews":${part}}`,
  };
  return (['nest-axios', 'portico'] as const).map((contestant) => row(`group-${size}`, contestant, request));
}

function routeRows(): Row[] {
  const expected = documentOf('2kb');
  const last = (routes: number) => ({ path: `/service-${routes - 1}/documents/2kb`, calls: 1, expected });
  return [
    row('routes', 'portico', last(10), { LOG_LEVEL: 'warn', BENCH_ROUTES: '10' }),
    row('routes', 'portico-2000', last(2_000)),
  ];
}

function stageRows(): Row[] {
  const request = { path: documentPath('2kb'), calls: 1, expected: documentOf('2kb') };
  // What is held against each other stands side by side.
  return (['portico', 'portico-bare', 'portico-all'] as const).map((contestant) => row('stages', contestant, request));
}

function instanceRows(): Row[] {
  const request = { path: `/instances${documentPath('2kb')}`, calls: 1, expected: documentOf('2kb') };
  return [
    row('instances', 'portico', request, { LOG_LEVEL: 'warn', BENCH_INSTANCES: 'TEN_URL' }),
    row('instances', 'portico-slow', request),
  ];
}

function authRows(): Row[] {
  const request = { calls: 1, expected: documentOf('2kb'), credentials: '/credentials' };
  const open = { ...request, path: documentPath('2kb') };
  const own = { ...request, path: `/own${documentPath('2kb')}` };
  return [
    row('auth', 'public-cookie', open),
    row('auth', 'session', own),
    row('auth', 'public-token', open),
    row('auth', 'bearer', own),
  ];
}

function productPageRows(): Row[] {
  const request = { path: PRODUCT_PAGE, calls: 5, expected: expectedProductPage() };
  return (['nest-axios', 'web-bff'] as const).map((contestant) => row('product-page', contestant, request));
}

/** Everything that is measured. */
export const rows: readonly Row[] = [
  ...proxyRows('2kb', ['direct', 'http-proxy', 'nest-axios', 'portico', 'portico-log']),
  ...proxyRows('20kb', ['http-proxy', 'nest-axios', 'portico']),
  ...proxyRows('200kb', ['http-proxy', 'nest-axios', 'portico']),
  ...groupRows('2kb'),
  ...groupRows('20kb'),
  ...groupRows('200kb'),
  ...routeRows(),
  ...stageRows(),
  ...instanceRows(),
  ...authRows(),
  ...productPageRows(),
];

/** The rows that `--only` names, by task, contestant or key; all of them when nothing is named. */
export function selectRows(only: readonly string[]): readonly Row[] {
  if (only.length === 0) return rows;
  const unknown = only.filter((name) => !rows.some((one) => isNamed(one, name)));
  if (unknown.length > 0) throw new Error(`--only: nothing is called ${unknown.join(', ')}`);
  return rows.filter((one) => only.some((name) => isNamed(one, name)));
}

function isNamed(one: Row, name: string): boolean {
  return one.task === name || one.contestant === name || one.key === name;
}
