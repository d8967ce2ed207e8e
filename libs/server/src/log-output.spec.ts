import { FakeClock } from '@portico/testing';
import fc from 'fast-check';
import { LogOutput } from './log-output.ts';
import type { Outlet } from './outlet.ts';

const MAX_BYTES = 65_536;

/** A reader that takes what the test lets it take. */
class Reader implements Pick<Outlet, 'take' | 'retry' | 'failure'> {
  failure: string | undefined;
  attempts = 0;
  private received = '';

  constructor(
    public room = Infinity,
    public refusal = 'EAGAIN',
  ) {}

  take(bytes: Uint8Array): number {
    this.attempts++;
    const taken = Math.min(bytes.length, this.room);
    this.failure = taken > 0 ? undefined : this.refusal;
    this.room -= taken;
    this.received += Buffer.from(bytes.subarray(0, taken)).toString('latin1');
    return taken;
  }

  retry(attempt: () => boolean): void {
    for (let left = 10; left > 0 && !attempt(); left--) this.room += 4_096;
  }

  get lines(): string[] {
    return Buffer.from(this.received, 'latin1').toString().split('\n').slice(0, -1);
  }
}

function open(reader: Reader): { output: LogOutput; clock: FakeClock } {
  const clock = new FakeClock();
  const describeDropped = (count: number, failure: string): string => `dropped ${count} ${failure}\n`;
  return {
    output: new LogOutput({ outlet: reader, maxBytes: MAX_BYTES, delay: 1_000, describeDropped, clock }),
    clock,
  };
}

const line = (number: number): string => `${number} ${'x'.repeat(100)}\n`;

function fill({ write }: { write(line: string): void }, count: number): void {
  for (let number = 0; number < count; number++) write(line(number));
}

const droppedIn = (lines: readonly string[]): number =>
  lines.reduce((sum, text) => sum + Number(/^dropped (\d+)/.exec(text)?.[1] ?? 0), 0);

it('writes together what comes within the delay, and at once what fills a chunk', () => {
  const reader = new Reader();
  const { output, clock } = open(reader);
  fill({ write: (text) => output.write(text) }, 3);
  expect(reader.lines).toEqual([]);
  clock.advance(1_000);
  expect([reader.lines.length, reader.attempts]).toEqual([3, 1]);
  fill({ write: (text) => output.write(text) }, 100);
  expect(reader.lines.length).toBeGreaterThan(70);
});

it('keeps what the reader does not take up to the bound, drops the rest and says how much once there is room', () => {
  const reader = new Reader(0);
  const { output, clock } = open(reader);
  fill(output.requests, 5_000);
  reader.room = Infinity;
  clock.advance(500);
  const { lines } = reader;
  expect(lines.length * 105).toBeLessThan(MAX_BYTES);
  expect(lines[0]).toBe(line(0).trim());
  expect(lines.at(-1)).toBe(`dropped ${5_000 - (lines.length - 1)} EAGAIN`);
});

it('asks a reader that takes nothing ever more seldom, however much is written', () => {
  const reader = new Reader(0);
  const { output, clock } = open(reader);
  for (let second = 0; second < 60; second++) {
    fill(output.requests, 1_000);
    clock.advance(1_000);
  }
  expect(reader.attempts).toBeLessThan(150);
});

it("keeps room for the process's own lines when those of requests fill theirs", () => {
  const reader = new Reader(0);
  const { output } = open(reader);
  fill(output.requests, 5_000);
  output.write('what matters\n');
  output.end();
  reader.room = Infinity;
  output.end();
  expect(reader.lines).toContain('what matters');
  expect(droppedIn(reader.lines)).toBe(5_000 - reader.lines.filter((text) => text.includes(' x')).length);
});

it('outlives a full disk, and says afterwards that it was one', () => {
  const reader = new Reader(0, 'ENOSPC');
  const { output, clock } = open(reader);
  fill(output.requests, 5_000);
  reader.room = Infinity;
  clock.advance(500);
  expect(reader.lines.at(-1)).toMatch(/^dropped \d+ ENOSPC$/);
});

it('drops a line that is larger than the whole buffer, and says so', () => {
  const reader = new Reader();
  const { output, clock } = open(reader);
  output.write('a\n');
  output.write(`${'x'.repeat(MAX_BYTES)}\n`);
  output.write('b\n');
  clock.advance(1_000);
  expect(reader.lines).toEqual(['a', 'b', 'dropped 1 ']);
});

it('loses no line without counting it, cuts none and keeps their order, whatever the reader takes and when', () => {
  const write = fc.record({
    lines: fc.integer({ min: 1, max: 300 }),
    text: fc.string({ unit: 'grapheme', maxLength: 300 }),
  });
  const read = fc.record({ room: fc.integer({ min: 0, max: 40_000 }), wait: fc.integer({ min: 0, max: 2_000 }) });
  fc.assert(
    fc.property(fc.array(fc.oneof(write, read), { maxLength: 40 }), (steps) => {
      const reader = new Reader(0);
      const { output, clock } = open(reader);
      let written = 0;
      for (const step of steps) {
        if ('lines' in step) {
          const rest = step.text.replace(/\n/g, '');
          for (let count = 0; count < step.lines; count++) {
            const target = count % 10 === 0 ? output : output.requests;
            target.write(`#${written++} ${rest}\n`);
          }
        } else {
          reader.room += step.room;
          clock.advance(step.wait);
        }
      }
      reader.room = Infinity;
      output.end();
      const numbers = reader.lines.flatMap((text) => /^#(\d+) /.exec(text)?.[1] ?? []).map(Number);
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      expect(numbers.length + droppedIn(reader.lines)).toBe(written);
      expect(reader.lines.every((text) => /^(?:#\d+ |dropped )/.test(text))).toBe(true);
    }),
    { numRuns: 60 },
  );
});
