import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testContext } from '@portico/testing';
import { gateTo, get, instance } from '../test/instances.ts';
import { stagesOf } from './build-send.ts';
import { BreakerGate } from './gates/breaker.gate.ts';
import { BulkheadGate } from './gates/bulkhead.gate.ts';
import { ConcurrencyLimitGate } from './gates/concurrency-limit.gate.ts';
import type { Gate } from './gates/gate.ts';
import { TimeLeftGate } from './gates/time-left.gate.ts';
import type { Send, Stage, UpstreamResponse } from './send.ts';
import { resolveSettings } from './settings.ts';
import { defineUpstream, type UpstreamOptions } from './upstream.ts';

const answer: UpstreamResponse = { status: 200, headers: [], body: { chunks: [], length: 0 } };
const next: Send = () => Promise.resolve(answer);
const GATES = [BreakerGate, BulkheadGate, ConcurrencyLimitGate, TimeLeftGate];

/** The gates that a call meets in a stage, in this order. */
function gatesIn(stage: Stage, balance: Gate): string[] {
  const met: string[] = [];
  const spies = [
    ...GATES.map((gate) => jest.spyOn(gate.prototype, 'enter').mockImplementation(() => void met.push(gate.name))),
    jest.spyOn(balance, 'enter').mockImplementation(() => void met.push('balance')),
  ];
  void stage(next)(get(), testContext());
  for (const spy of spies) spy.mockRestore();
  return met;
}

/** The pipeline from the outside to the inside, by the names of the functions and the gates that a call goes through. */
function pipelineOf(options: Partial<UpstreamOptions>): string[] {
  const settings = resolveSettings(defineUpstream('shop', { url: 'http://shop.test', ...options }), {});
  const balance = gateTo(instance('a'));
  return stagesOf(balance, settings, Math.random).flatMap((stage) => {
    const { name } = stage(next);
    return name === 'sendThroughGates' ? gatesIn(stage, balance) : [name];
  });
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
  ['BreakerGate', 'breaker'],
  ['BulkheadGate', 'bulkhead'],
  ['ConcurrencyLimitGate', '(concurrency limit)'],
  // As late as can be: what was waited for before is time that is gone.
  ['TimeLeftGate', 'time left'],
  // Chooses once the attempt is sure to be sent.
  ['balance', 'balance'],
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
    expect(drawn).toEqual([...ORDER.map(([, name]) => name), 'transport']);
  });

  it('has what a newcomer needs when nothing is configured', () => {
    const inside = ['BreakerGate', 'BulkheadGate', 'TimeLeftGate', 'balance'];
    expect(pipelineOf({})).toEqual(['sendTraced', 'sendInTime', 'sendWithRetry', ...inside]);
  });

  it('has no trace of stages that are off', () => {
    expect(pipelineOf(OFF)).toEqual(['sendTraced', 'sendInTime', 'balance']);
  });

  it.each<Partial<UpstreamOptions>>([{ token: 'user' }, { token: { client: {} } }, { claims: { 'x-user-id': 'sub' } }])(
    'tells an upstream who calls once it has %j',
    (options) =>
      expect(pipelineOf({ ...OFF, ...options })).toEqual([
        'sendTraced',
        'sendInTime',
        'sendWithCredentials',
        'balance',
      ]),
  );

  it('counts calls in the place of retries, for the budget of hedges', () => {
    expect(pipelineOf({ ...OFF, hedge: {} })).toEqual([
      'sendTraced',
      'sendInTime',
      'sendCounted',
      'sendHedged',
      'balance',
    ]);
  });
});
