import { testContext } from '@portico/testing';
import { defineUpstream } from '@portico/upstream';
import { z } from 'zod';
import { failureOf, textOf } from '../test/answers.ts';
import { ScriptedUpstreams, settled } from '../test/scripted-upstreams.ts';
import { compileView, type ViewAnswer } from './compile-view.ts';
import { Plan } from './plan.ts';
import { view, type View } from './view.ts';

const TWO_MIB = 2 * 1024 * 1024;
const catalog = defineUpstream('catalog', { url: 'http://127.0.0.1:4001' });
const input = z.object({});
const plan = Plan.for<object>();
const large = () => catalog.get<string>`/large`;
/** One text of JSON, so many bytes with its quotes. */
const textOfBytes = (bytes: number): string => `"${'x'.repeat(bytes - 2)}"`;

type Sizes = { readonly maxBytes: number; readonly maxParsedBytes?: number };
const each = { call: (key: string) => catalog.get<string>`/large/${key}`, concurrency: 1 };
const batch = { call: (keys: readonly string[]) => catalog.get<string[]>`/large?keys=${keys}` };

/** All that reads the value of a part. */
const READERS: Readonly<Record<string, (sizes: Sizes) => View>> = {
  'its shape': (sizes) => view({ input, plan: plan.required('part', large, { ...sizes, shape: z.string() }) }),
  'the mapper': (sizes) => view({ input, plan: plan.required('part', large, sizes), map: () => 'mapped' }),
  'a later part': (sizes) =>
    view({
      input,
      plan: plan.required('part', large, sizes).optional('next', () => catalog.get`/next`, { after: ['part'] }),
    }),
};

async function answerTo(
  definition: View,
  answers: Readonly<Record<string, string>>,
  validate = false,
): Promise<ViewAnswer> {
  const upstreams = new ScriptedUpstreams(['catalog'], validate);
  const answer = compileView(definition, upstreams)({}, testContext());
  answer.catch(() => undefined);
  for (let turn = 0; turn < 5; turn++) {
    await settled();
    for (const call of upstreams.calls) call.answer(answers[call.request.target] ?? '{}');
  }
  return answer;
}

describe('the size of what is parsed', () => {
  it.each(Object.keys(READERS))('is bounded for %s, however large a part may be', async (reader) => {
    const definition = READERS[reader]!({ maxBytes: 8 * TWO_MIB });
    expect((await answerTo(definition, { '/large': textOfBytes(TWO_MIB) })).status).toBe(200);
    const failure = await failureOf(answerTo(definition, { '/large': textOfBytes(TWO_MIB + 1) }));
    expect(failure).toMatchObject({ code: 'upstream-body-too-large', part: 'part' });
    expect(failure.detail).toBe(`the answer of an upstream has more bytes than may be parsed: 2097152`);
    expect(String((failure.cause as Error).cause)).toContain('raise maxParsedBytes of the part "part"');
  });

  it('is bounded where nobody reads a part and its upstream is to send valid JSON', async () => {
    const definition = view({ input, plan: plan.required('part', large, { maxBytes: 8 * TWO_MIB }) });
    const answers = { '/large': textOfBytes(TWO_MIB + 1) };
    expect(await failureOf(answerTo(definition, answers, true))).toMatchObject({ code: 'upstream-body-too-large' });
  });

  it('is bounded for all calls of a fan-out together', async () => {
    const sizes = { maxBytes: 8 * TWO_MIB };
    const half = textOfBytes(TWO_MIB / 2 + 1);
    const byOne = view({
      input,
      plan: plan.requiredEach('part', () => ['1', '2'], { ...each, ...sizes }),
      map: () => 1,
    });
    const byBatch = view({
      input,
      plan: plan.requiredBatch('part', () => ['1', '2'], { ...batch, ...sizes, size: 1 }),
      map: () => 1,
    });
    const one = { '/large/1': half, '/large/2': half };
    expect(await failureOf(answerTo(byOne, one))).toMatchObject({ code: 'upstream-body-too-large' });
    const many = { '/large?keys=1': `[${half}]`, '/large?keys=2': `[${half}]` };
    expect(await failureOf(answerTo(byBatch, many))).toMatchObject({ code: 'upstream-body-too-large' });
  });

  it.each(Object.keys(READERS))('is what a plan says for %s', async (reader) => {
    const definition = READERS[reader]!({ maxBytes: 8 * TWO_MIB, maxParsedBytes: TWO_MIB + 1 });
    expect((await answerTo(definition, { '/large': textOfBytes(TWO_MIB + 1) })).status).toBe(200);
    const failure = await failureOf(answerTo(definition, { '/large': textOfBytes(TWO_MIB + 2) }));
    expect(failure).toMatchObject({ code: 'upstream-body-too-large' });
  });

  it('is of no matter for a part that is passed on as it is', async () => {
    const definition = view({ input, plan: plan.required('part', large, { maxBytes: 8 * TWO_MIB }) });
    const text = textOfBytes(4 * TWO_MIB);
    expect(textOf(await answerTo(definition, { '/large': text }))).toHaveLength(text.length + '{"part":}'.length);
  });

  it.each([0, -1, 1.5])('must be a whole number above 0, not %d', (maxParsedBytes) => {
    expect(() => plan.required('part', large, { maxParsedBytes })).toThrow(
      'has a limit that is not a whole number above 0',
    );
  });
});
