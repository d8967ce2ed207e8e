import { Readable } from 'node:stream';
import { BffError, type BffErrorCode, type RequestContext } from '@portico/core';
import { FakeClock, testContext } from '@portico/testing';
import { instance } from '../../test/instances.ts';
import type { UpstreamRequest } from '../send.ts';
import { outcomeOfError, outcomeOfStatus } from './outcome.ts';

const get: UpstreamRequest = { method: 'GET', target: '/', headers: [] };

/** A request that was given up with `code`. */
function givenUp(code: BffErrorCode): RequestContext {
  const ctx = testContext();
  ctx.abort(new BffError(code));
  return ctx;
}

describe('what an attempt says of its instance', () => {
  it.each([
    [200, 'ok'],
    [304, 'ok'],
    [404, 'ok'],
    [429, 'ok'],
    [500, 'error'],
    [501, 'error'],
    [502, 'failure'],
    [503, 'failure'],
    [504, 'failure'],
    [505, 'error'],
  ])('judges status %i as %s', (status, outcome) => {
    expect(outcomeOfStatus(status)).toBe(outcome);
  });

  it.each<[BffErrorCode, string]>([
    ['upstream-connect', 'failure'],
    ['upstream-connect-timeout', 'failure'],
    ['upstream-timeout', 'failure'],
    ['upstream-body-timeout', 'failure'],
    ['upstream-reset', 'failure'],
    ['upstream-framing', 'failure'],
    ['upstream-headers-too-large', 'error'],
    ['upstream-body-too-large', 'neutral'],
    ['request-malformed', 'neutral'],
    ['client-aborted', 'neutral'],
    ['shutting-down', 'neutral'],
    ['upstream-saturated', 'neutral'],
    ['gateway-exhausted', 'neutral'],
    ['upstream-status', 'ok'],
    ['unauthenticated', 'neutral'],
    ['session-ended', 'neutral'],
    ['sessions-unavailable', 'neutral'],
    ['identity-provider-unavailable', 'neutral'],
    ['forbidden', 'neutral'],
  ])('judges %s as %s', (code, outcome) => {
    expect(outcomeOfError(new BffError(code), get, testContext(), 5)).toBe(outcome);
  });

  it('does not blame an instance for closing under a body that was streamed; a connection that never came about counts', () => {
    const upload: UpstreamRequest = { ...get, method: 'PUT', body: Readable.from([]) };
    const judge = (code: BffErrorCode): string => outcomeOfError(new BffError(code), upload, testContext(), 5);
    expect([judge('upstream-reset'), judge('upstream-connect'), judge('upstream-timeout')]).toEqual([
      'neutral',
      'failure',
      'failure',
    ]);
  });

  it('does not blame an instance for an attempt that was given up, whatever the code it was given up with', () => {
    for (const code of ['client-aborted', 'upstream-reset', 'shutting-down'] as const) {
      expect(outcomeOfError(new BffError(code), get, givenUp(code), 5_000)).toBe('neutral');
    }
  });

  it('counts the deadline of a request as a failure once the instance was silent for a second', () => {
    const clock = new FakeClock();
    const ctx = testContext({ clock });
    ctx.expireAfter(2_000);
    clock.advance(2_000);
    const late = new BffError('deadline-exceeded');
    const sent = { ...get, instance: instance('a') };
    expect(outcomeOfError(late, sent, ctx, 1_000)).toBe('failure');
    expect(outcomeOfError(late, sent, ctx, 999)).toBe('neutral');
  });

  it('does not count a deadline that came while the call waited for its turn', () => {
    const late = new BffError('deadline-exceeded');
    expect(outcomeOfError(late, get, givenUp('deadline-exceeded'), 5_000)).toBe('neutral');
  });

  it("does not count a deadline while a client's body was passed on", () => {
    const upload = { ...get, instance: instance('a'), method: 'POST', body: Readable.from(['slow']) };
    const late = new BffError('deadline-exceeded');
    expect(outcomeOfError(late, upload, givenUp('deadline-exceeded'), 5_000)).toBe('neutral');
  });
});
