import { Readable } from 'node:stream';
import { BffError } from '@portico/core';
import { FakeClock, testContext } from '@portico/testing';
import { type CallRefusedEvent, events } from '../events.ts';
import { CONCURRENCY_LIMIT, type ConcurrencyLimitPolicy } from '../policies/concurrency-limit.policy.ts';
import type { Send, UpstreamRequest } from '../send.ts';
import { ConcurrencyLimitGate } from './concurrency-limit.gate.ts';
import { gates } from './gates.stage.ts';

const OK = { status: 200, headers: [], body: { chunks: [], length: 0 } };
const CALL = { method: 'GET', target: '/products', headers: [] };

function stageAround(next: Send, options: Partial<ConcurrencyLimitPolicy> = {}): Send {
  return gates([new ConcurrencyLimitGate(CONCURRENCY_LIMIT.parse(options), 'catalog')])(next);
}

describe('concurrencyLimit', () => {
  describe('at its limit', () => {
    const never: Send = () => new Promise(() => undefined);

    it('refuses at once, asks to come back, and says so to whoever listens', async () => {
      const refused: unknown[] = [];
      const listener = (event: unknown) => void refused.push(event);
      events.refused.subscribe(listener);
      const ctx = testContext({ clock: new FakeClock() });
      const send = stageAround(never, { initial: 4 });
      for (let i = 0; i < 4; i++) void send(CALL, ctx);
      const error: unknown = await send(CALL, ctx).catch((reason: unknown) => reason);
      events.refused.unsubscribe(listener);
      expect(error).toBeInstanceOf(BffError);
      expect(error).toMatchObject({
        code: 'upstream-saturated',
        upstream: 'catalog',
        headers: { 'retry-after': '1' },
      });
      expect(refused).toEqual([{ upstream: 'catalog', by: 'concurrency-limit' } satisfies CallRefusedEvent]);
    });

    it('gives a place back when a call is answered, fails or is given up', async () => {
      const ctx = testContext({ clock: new FakeClock() });
      const settled = [() => Promise.resolve(OK), () => Promise.reject(new BffError('client-aborted'))];
      const send = stageAround(() => settled[0]!(), { initial: 1, min: 1 });
      for (let i = 0; i < 10; i++) {
        await send(CALL, ctx).catch(() => undefined);
        settled.reverse();
      }
      await expect(Promise.allSettled([send(CALL, ctx), send(CALL, ctx)])).resolves.toMatchObject([
        { status: 'fulfilled' },
        { status: 'rejected', reason: { code: 'upstream-saturated' } },
      ]);
    });
  });

  describe('by what an upstream answers', () => {
    /** Calls let through at once after 5 windows with nothing but these outcomes. */
    async function limitAfter(outcome: Send, isGivenUp = false, request: UpstreamRequest = CALL): Promise<number> {
      const clock = new FakeClock();
      const ctx = testContext({ clock });
      let isDone = false;
      let passed = 0;
      const send = stageAround((request, context) => {
        if (!isDone) return outcome(request, context);
        passed++;
        return new Promise(() => undefined);
      });
      for (let call = 0; call < 100; call++) {
        clock.advance(15);
        const own = ctx.child();
        if (isGivenUp) own.abort(new BffError('upstream-timeout'));
        await send(request, own).catch(() => undefined);
      }
      isDone = true;
      for (let call = 0; call < 100; call++) void send(CALL, ctx).catch(() => undefined);
      return passed;
    }

    it.each(['upstream-timeout', 'upstream-connect-timeout', 'deadline-exceeded'] as const)(
      'shrinks at %s',
      async (code) => {
        const limit = await limitAfter(() => Promise.reject(new BffError(code)));
        expect(limit).toBeLessThan(10);
        expect(limit).toBeGreaterThanOrEqual(4);
      },
    );

    it('takes what was given up because another upstream was late for no sign of load', async () => {
      expect(await limitAfter((_request, { aborted }) => Promise.reject(aborted!), true)).toBe(20);
    });

    it('takes the deadline of a call for no sign of load whose client had a body to send', async () => {
      const upload = { ...CALL, method: 'POST', body: Readable.from(['slow']) };
      const late: Send = () => Promise.reject(new BffError('deadline-exceeded'));
      expect(await limitAfter(late, false, upload)).toBe(20);
    });

    it('shrinks at 503', async () => {
      expect(await limitAfter(() => Promise.resolve({ ...OK, status: 503 }))).toBeLessThan(10);
    });

    it.each(['upstream-connect', 'upstream-reset', 'client-aborted', 'upstream-circuit-open'] as const)(
      'takes %s for no sign of load',
      async (code) => {
        expect(await limitAfter(() => Promise.reject(new BffError(code)))).toBe(20);
      },
    );

    it.each([200, 404, 500])('takes %d for no sign of load', async (status) => {
      expect(await limitAfter(() => Promise.resolve({ ...OK, status }))).toBe(20);
    });
  });
});
