import { createReadStream } from 'node:fs';
import { CHAIN_START, type ChainEnd, endAfter, placeOf } from './audit-record.ts';

/** What a look at a trail found. */
export interface TrailReport {
  readonly records: number;
  /** Hold it against what the BFF logged when it stopped: records cut off at the end are missed by nobody else. */
  readonly last: ChainEnd | undefined;
  /** What was changed, cut out or put in, one sentence each; none in a sound trail. */
  readonly problems: readonly string[];
  /** What is worth knowing of a sound trail: where it goes on from a file that was not given, which writes failed. */
  readonly notes: readonly string[];
}

/** Characters; a record is a fraction of it. */
const MAX_LINE = 1_048_576;

interface Reading {
  end: ChainEnd | undefined;
  records: number;
  readonly problems: string[];
  readonly notes: string[];
}

/**
 * Checks the chain of a trail.
 *
 * @param paths its files, the oldest first
 */
export async function verifyTrail(paths: readonly string[]): Promise<TrailReport> {
  const reading: Reading = { end: undefined, records: 0, problems: [], notes: [] };
  for (const path of paths) await readFile(path, reading);
  const { end, records, problems, notes } = reading;
  return { records, last: end, problems, notes };
}

async function readFile(path: string, reading: Reading): Promise<void> {
  let number = 0;
  let isFirst = true;
  for await (const line of linesOf(path)) {
    number++;
    if (line === '') continue;
    const place = placeOf(line);
    if (place === undefined) {
      reading.notes.push(`${path}:${number}: is no whole record; a write failed there`);
      continue;
    }
    check(place, reading, { where: `${path}:${number}`, isFirst });
    reading.end = endAfter(line, place.seq);
    reading.records++;
    isFirst = false;
  }
}

/** Lines end with a line feed and nothing else: Node's readline also ends them at U+2028, which may stand in a record. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(path, 'utf8')) {
    const lines = (rest + (chunk as string)).split('\n');
    rest = lines.pop()!;
    if (rest.length > MAX_LINE) throw new Error(`${path}: has a line that no audit trail has`);
    yield* lines;
  }
  yield rest;
}

type Place = NonNullable<ReturnType<typeof placeOf>>;

function check(place: Place, reading: Reading, { where, isFirst }: { where: string; isFirst: boolean }): void {
  const { end, notes, problems } = reading;
  const isStart = place.seq === 1 && place.previous === CHAIN_START.hash;
  if (isFirst && isStart) {
    if (end !== undefined) notes.push(`${where}: a new chain begins`);
    return;
  }
  if (end === undefined) {
    notes.push(`${where}: goes on from record ${place.seq - 1} with hash ${place.previous}, which is in no file given`);
    return;
  }
  if (place.seq !== end.seq + 1) problems.push(`${where}: record ${place.seq} follows record ${end.seq}`);
  else if (place.previous !== end.hash)
    problems.push(`${where}: record ${end.seq} before it is not the one that was written`);
}
