import { BffError } from '@portico/core';
import type { Call, HeldBody } from '@portico/upstream';
import { strictestOf } from './cache-control.ts';
import type { PartAnswer } from './check-answer.ts';
import { joined } from './joined.ts';
import { flawOf } from './json-proof.ts';
import { itemsOf } from './json-scan.ts';
import type { Ask } from './plan-types.ts';
import { unionOfVary } from './vary.ts';

/** A part with many calls. */
export type FanOut = Exclude<Ask, { kind: 'one' }>;

/**
 * The calls for these keys, each key once.
 *
 * @throws BffError `internal` when the keys are no list of strings: they may come from upstream data, whatever its type says
 * @throws BffError `input-invalid` when a key is empty, as those of `?codes=1,,2` are
 */
export function callsFor(ask: FanOut, keys: unknown): Call<unknown>[] {
  if (!Array.isArray(keys)) throw wrongKeys('the keys are no list');
  const distinct = [...new Set<unknown>(keys)];
  if (!distinct.every(isKey)) throw wrongKeys('a key is no text');
  if (distinct.includes('')) throw new BffError('input-invalid', { detail: 'a key of this page is empty' });
  if (ask.kind === 'each') return distinct.map((key) => ask.call(key));
  const calls: Call<unknown>[] = [];
  for (let i = 0; i < distinct.length; i += ask.size) calls.push(ask.call(distinct.slice(i, i + ask.size)));
  return calls;
}

function wrongKeys(what: string): BffError {
  return new BffError('internal', { cause: new TypeError(what) });
}

function isKey(key: unknown): key is string {
  return typeof key === 'string';
}

/** Makes all calls, `concurrency` at once, and gives the answers in order. After a failure no further call is made. */
export async function sendAll(
  calls: readonly Call<unknown>[],
  concurrency: number,
  send: (call: Call<unknown>) => Promise<PartAnswer>,
): Promise<PartAnswer[]> {
  const answers: PartAnswer[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    try {
      while (next < calls.length) {
        const index = next++;
        answers[index] = await send(calls[index]!);
      }
    } catch (error) {
      next = calls.length;
      throw error;
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, calls.length) }, work));
  return answers;
}

const OPEN = Buffer.from('[');
const COMMA = Buffer.from(',');
const CLOSE = Buffer.from(']');

/**
 * One JSON array of many answers: the answers themselves (`each`) or the items of their lists (`batch`), spliced.
 *
 * @throws BffError `upstream-body-invalid` when an answer holds no list, `upstream-body-too-large` beyond `maxBytes` in all
 */
export function merge(kind: FanOut['kind'], answers: readonly PartAnswer[], maxBytes: number): PartAnswer {
  const chunks: Uint8Array[] = [OPEN];
  let length = 2;
  for (const answer of answers) {
    const pieces = kind === 'each' ? answer.body : itemsIn(answer.body);
    if (pieces.length === 0) continue;
    if (chunks.length > 1) {
      chunks.push(COMMA);
      length++;
    }
    for (const chunk of pieces.chunks) chunks.push(chunk);
    length += pieces.length;
    if (length > maxBytes) throw new BffError('upstream-body-too-large');
  }
  chunks.push(CLOSE);
  const isFallback = answers.some((answer) => answer.isFallback);
  const merged = { body: { chunks, length }, life: strictestOf(answers), vary: unionOfVary(answers), isFallback };
  if (kind === 'each') return { ...merged, validate: false, value: valuesOf(answers) };
  return { ...merged, validate: answers.some(({ validate }) => validate) };
}

function valuesOf(answers: readonly PartAnswer[]): unknown[] | undefined {
  return answers.every(({ value }) => value !== undefined) ? answers.map(({ value }) => value) : undefined;
}

function itemsIn(body: HeldBody): HeldBody {
  const found = itemsOf(joined(body));
  const items = { chunks: found ? [found] : [], length: found?.length ?? 0 };
  if (!found || !isOneArray(items)) {
    throw new BffError('upstream-body-invalid', { detail: 'the answer of an upstream holds no list of items' });
  }
  return items;
}

/** Items that were found between the brackets of a member may still be `1] [2`. */
function isOneArray({ chunks, length }: HeldBody): boolean {
  return flawOf({ chunks: [OPEN, ...chunks, CLOSE], length: length + 2 }) === undefined;
}
