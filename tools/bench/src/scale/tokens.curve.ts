import { setTimeout as delay } from 'node:timers/promises';
import { documentPath } from '../answers.ts';
import { get, type RunningContestant } from '../contestant-process.ts';
import { Load } from '../load.ts';
import type { Row } from '../rows.ts';
import type { Curve } from './curve.ts';
import { DOCUMENT, withContestant } from './measure-bff.ts';
import { TokenFlood } from './token-flood.ts';

const PATH = `/own${documentPath('2kb')}`;
/** Milliseconds of load that do not count, and that do. */
const WARM_UP = 2_000;
const WINDOW = 4_000;

const ONE_ADDRESS = ['127.0.0.2'];
const MANY_ADDRESSES = Array.from({ length: 250 }, (_, index) => `127.1.0.${index + 2}`);

const ROW: Row = {
  key: 'tokens',
  task: 'tokens',
  contestant: 'bearer',
  program: './contestants/doors.js',
  environment: { BENCH_DOOR: 'bearer', LOG_LEVEL: 'warn' },
  path: PATH,
  credentials: '/credentials',
  expected: DOCUMENT,
  calls: 1,
};

/** The effect of tokens that strangers make up on a known one. */
export const curve: Curve = {
  name: 'tokens',
  title: 'Forged tokens beside a known one',
  unit: 'forged tokens a second',
  points: [0, 200, 1_000, 3_000],
  bound:
    'Tokens that nobody has seen are checked one at a time; 256 wait, 64 of a network (an IPv4 address, an IPv6 /64), and what is beyond that is answered with 429. Known tokens wait for none of it.',
  measure: (rate) =>
    withContestant(
      ROW,
      (url) => ({ CATALOG_URL: url }),
      async (bff) => {
        const one = await measureBeside(bff, rate, ONE_ADDRESS);
        const many = await measureBeside(bff, rate, MANY_ADDRESSES);
        return {
          'p50 ms, flood of one address': one.p50,
          'p99 ms': one.p99,
          'p50 ms, flood of 250 addresses': many.p50,
          'p99 ms ': many.p99,
          'answers/s to forged ones': one.answers,
          'CPU µs a forged one': await costOf(bff, rate),
        };
      },
    ),
};

/** The time that one connection with a known token has to wait, and how many forged ones are answered meanwhile. */
async function measureBeside({ port }: RunningContestant, rate: number, addresses: readonly string[]) {
  const fields = JSON.parse((await get(port, '/credentials')).body) as { authorization: string };
  const token = fields.authorization.slice('Bearer '.length);
  const load = new Load({ port, path: PATH, connections: 1, bodyLength: DOCUMENT.length, fields });
  const flood = new TokenFlood({ port, path: PATH, token, rate, addresses });
  try {
    await load.run(WARM_UP);
    const before = flood.answers;
    const { latencies } = await load.run(WINDOW);
    const at = (share: number): number => latencies[Math.floor(latencies.length * share)]!;
    return { p50: at(0.5), p99: at(0.99), answers: ((flood.answers - before) / WINDOW) * 1_000 };
  } finally {
    flood.stop();
    load.stop();
  }
}

/** CPU that a forged token takes while nothing else is asked for; 0 when there are none. */
async function costOf({ port, usage }: RunningContestant, rate: number): Promise<number> {
  if (rate === 0) return 0;
  const fields = JSON.parse((await get(port, '/credentials')).body) as { authorization: string };
  const token = fields.authorization.slice('Bearer '.length);
  const flood = new TokenFlood({ port, path: PATH, token, rate, addresses: ONE_ADDRESS });
  try {
    await delay(WARM_UP);
    const [cpu, answers] = [(await usage!()).cpu, flood.answers];
    await delay(WINDOW);
    return ((await usage!()).cpu - cpu) / (flood.answers - answers);
  } finally {
    flood.stop();
  }
}
