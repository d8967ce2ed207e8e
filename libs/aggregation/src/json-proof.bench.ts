import type { HeldBody } from '@portico/upstream';
import { flawOf } from './json-proof.ts';
import { parseJson } from './parse-json.ts';

const SIZES = [2, 20, 200];

/** What a part costs before it is spliced: its proof, and beside it what its upstream's `validateJson` adds. */
export const benches = SIZES.flatMap((kilobytes) => {
  const body = listOf(kilobytes * 1000);
  return [
    bench(`proof, ${kilobytes} KB`, kilobytes, () => flawOf(body)),
    bench(`validateJson, ${kilobytes} KB`, kilobytes, () => parseJson(body)),
  ];
});

function bench(name: string, kilobytes: number, work: () => unknown) {
  return {
    name,
    iterations: 40_000 / kilobytes,
    run: (iterations: number): Promise<void> => {
      for (let i = 0; i < iterations; i++) work();
      return Promise.resolve();
    },
  };
}

/** A list as a catalogue answers it, at least so many bytes, in pieces as large as a socket gives them. */
function listOf(bytes: number): HeldBody {
  const items: string[] = [];
  for (let length = 0; length < bytes; length += items.at(-1)!.length) items.push(productOf(items.length));
  const text = Buffer.from(`{"items":[${items.join(',')}],"next":null}`);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < text.length; at += 65_536) chunks.push(text.subarray(at, at + 65_536));
  return { chunks, length: text.length };
}

function productOf(index: number): string {
  const description = 'A chair of oak, "made by hand"; it costs little and lasts. '.repeat(2);
  const price = { amount: 1999 + index, currency: 'EUR' };
  return JSON.stringify({ id: `p-${index}`, name: `Chair ${index}`, description, price, tags: ['oak', 'chair'] });
}
