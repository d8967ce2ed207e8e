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

describe('the order of the stages', () => {
  it('is fixed', () => {
    const everything = { coalesce: true, hedge: {}, concurrencyLimit: {}, fallback: { lastGood: {} } };
    expect(pipelineOf(everything)).toEqual([
      // All calls of a request belong to its trace, also those that are answered from memory.
      'sendTraced',
      // Sees what the client would get when all else has failed.
      'sendOrFallBack',
      // One call for all who ask the same, before it costs attempts, slots or the breaker anything.
      'sendOnce',
      'sendInTime',
      // Attempts are what the stages inside judge and count, each for itself.
      'sendWithRetry',
      'sendHedged',
      // Refuses before a slot is taken, and does not see what the bulkhead refuses as the upstream's success.
      'sendThroughBreaker',
      'sendThroughBulkhead',
      'sendWithinLimit',
      // As late as can be: what was waited for before is time that is gone.
      'sendWithTimeLeft',
    ]);
  });

  it('has what a newcomer needs when nothing is configured', () => {
    const defaults = ['sendInTime', 'sendWithRetry', 'sendThroughBreaker', 'sendThroughBulkhead', 'sendWithTimeLeft'];
    expect(pipelineOf({})).toEqual(['sendTraced', ...defaults]);
  });

  it('has no trace of stages that are off', () => {
    expect(pipelineOf(OFF)).toEqual(['sendTraced', 'sendInTime']);
  });

  it('counts calls in the place of retries, for the budget of hedges', () => {
    expect(pipelineOf({ ...OFF, hedge: {} })).toEqual(['sendTraced', 'sendInTime', 'sendCounted', 'sendHedged']);
  });
});
