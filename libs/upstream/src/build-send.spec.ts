import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stagesOf } from './build-send.ts';
import type { Send } from './send.ts';
import { resolveSettings } from './settings.ts';
import { defineUpstream, type UpstreamOptions } from './upstream.ts';

const next: Send = () => Promise.reject(new Error('not called'));

/** The pipeline from the outside to the inside, by the names of the functions that a call goes through. */
function pipelineOf(options: Partial<UpstreamOptions>): string[] {
  const settings = resolveSettings(defineUpstream('shop', { url: 'http://shop.test', ...options }), {});
  return stagesOf(settings, Math.random).map((stage) => stage(next).name);
}

const OFF = { retry: false, breaker: false, bulkhead: false, timeLeftHeader: false } as const;

/** From the outside to the inside: the function that a call goes through, and what the README calls it. */
const ORDER = [
  // All calls of a request belong to its trace, also those that are answered from memory.
  ['sendTraced', 'trace'],
  // Sees the last word of all that follows, so that nothing is replaced that another attempt would have got.
  ['sendOrFallBack', '(fallback)'],
  // One call for all who ask the same, before it costs attempts, slots or the breaker anything.
  ['sendOnce', '(coalesce)'],
  ['sendInTime', 'deadline'],
  // Attempts are what the stages inside judge and count, each for itself.
  ['sendWithRetry', 'retry'],
  ['sendHedged', '(hedge)'],
  // Every attempt gets a token that is still good. A wait for one is the gateway's own time: it holds no slot, and nobody
  // further in takes it for the upstream's.
  ['sendWithCredentials', '(credentials)'],
  // Refuses before a slot is taken.
  ['sendThroughBreaker', 'breaker'],
  ['sendThroughBulkhead', 'bulkhead'],
  ['sendWithinLimit', '(concurrency limit)'],
  // As late as can be: what was waited for before is time that is gone.
  ['sendWithTimeLeft', 'time left'],
] as const;

describe('the order of the stages', () => {
  it('is fixed', () => {
    const everything = {
      coalesce: true,
      hedge: {},
      concurrencyLimit: {},
      fallback: { lastGood: {} },
      token: 'user',
    } as const;
    expect(pipelineOf(everything)).toEqual(ORDER.map(([name]) => name));
  });

  it('is drawn in the README', () => {
    const readme = readFileSync(join(__dirname, '../README.md'), 'utf8');
    const drawn = [...readme.matchAll(/^(?:request)? *-> (\(?[a-z ]+?\)?) {2,}/gm)].map((match) => match[1]);
    expect(drawn).toEqual([...ORDER.map(([, name]) => name), 'balance', 'transport']);
  });

  it('has what a newcomer needs when nothing is configured', () => {
    const defaults = ['sendInTime', 'sendWithRetry', 'sendThroughBreaker', 'sendThroughBulkhead', 'sendWithTimeLeft'];
    expect(pipelineOf({})).toEqual(['sendTraced', ...defaults]);
  });

  it('has no trace of stages that are off', () => {
    expect(pipelineOf(OFF)).toEqual(['sendTraced', 'sendInTime']);
  });

  it.each<Partial<UpstreamOptions>>([{ token: 'user' }, { token: { client: {} } }, { claims: { 'x-user-id': 'sub' } }])(
    'tells an upstream who calls once it has %j',
    (options) =>
      expect(pipelineOf({ ...OFF, ...options })).toEqual(['sendTraced', 'sendInTime', 'sendWithCredentials']),
  );

  it('counts calls in the place of retries, for the budget of hedges', () => {
    expect(pipelineOf({ ...OFF, hedge: {} })).toEqual(['sendTraced', 'sendInTime', 'sendCounted', 'sendHedged']);
  });
});
