interface Promised {
  readonly title: string;
  /** Key of the row that it is about. */
  readonly of: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** A promise about the median of a row's rounds, or about that divided by another row's. */
export interface MedianFloor extends Promised {
  /** `cpu`: microseconds a request; `memory`: bytes; `p99`: milliseconds. */
  readonly measure: 'cpu' | 'memory' | 'p99';
  /** Key of the row it is divided by. */
  readonly dividedBy?: string;
}

/** A promise about how many microseconds of CPU a request of one row costs more than of another, see `differenceOf`. */
export interface DifferenceFloor extends Promised {
  /** Key of the other row, of the same task. */
  readonly minus: string;
}

/** What is promised of one row, or of one beside another. */
export type Floor = MedianFloor | DifferenceFloor;

/** Keys of the rows that a floor speaks of. */
export function rowsOf(floor: Floor): string[] {
  const other = 'minus' in floor ? floor.minus : floor.dividedBy;
  return other === undefined ? [floor.of] : [floor.of, other];
}

const MEBIBYTE = 1_048_576;

/** What `--check` holds. */
export const floors: readonly Floor[] = [
  {
    title: 'plain proxy of 2 KB: @fastify/http-proxy costs at least 1.45 times as much CPU',
    measure: 'cpu',
    of: 'proxy-2kb/http-proxy',
    dividedBy: 'proxy-2kb/portico',
    atLeast: 1.45,
  },
  {
    title: 'three answers of 2 KB: NestJS by hand costs at least 7 times as much CPU',
    measure: 'cpu',
    of: 'group-2kb/nest-axios',
    dividedBy: 'group-2kb/portico',
    atLeast: 7,
  },
  {
    title: 'three answers of 20 KB: NestJS by hand costs at least 10 times as much CPU',
    measure: 'cpu',
    of: 'group-20kb/nest-axios',
    dividedBy: 'group-20kb/portico',
    atLeast: 10,
  },
  {
    title: 'three answers of 200 KB: NestJS by hand costs at least 15 times as much CPU',
    measure: 'cpu',
    of: 'group-200kb/nest-axios',
    dividedBy: 'group-200kb/portico',
    atLeast: 15,
  },
  {
    title: '2,000 routes cost at most 1.1 times as much CPU as 10',
    measure: 'cpu',
    of: 'routes/portico-2000',
    dividedBy: 'routes/portico',
    atMost: 1.1,
  },
  {
    title: 'all stages of resilience cost at most 8 µs of CPU more than none',
    of: 'stages/portico-all',
    minus: 'stages/portico-bare',
    atMost: 8,
  },
  {
    title: 'a known session in memory costs at most 6 µs of CPU more than the same request through a public route',
    of: 'auth/session',
    minus: 'auth/public-cookie',
    atMost: 6,
  },
  {
    title: 'a known bearer token costs at most 5 µs of CPU more than the same request through a public route',
    of: 'auth/bearer',
    minus: 'auth/public-token',
    atMost: 5,
  },
  {
    title: 'one of ten instances at 100 times the latency: p99 at most twice as long',
    measure: 'p99',
    of: 'instances/portico-slow',
    dividedBy: 'instances/portico',
    atMost: 2,
  },
  {
    title: 'memory under load, plain proxy of 2 KB: at most 170 MiB',
    measure: 'memory',
    of: 'proxy-2kb/portico',
    atMost: 170 * MEBIBYTE,
  },
  {
    title: 'memory under load, three answers of 2 KB: at most 170 MiB',
    measure: 'memory',
    of: 'group-2kb/portico',
    atMost: 170 * MEBIBYTE,
  },
];
