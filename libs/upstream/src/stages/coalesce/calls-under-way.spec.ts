import { BffError } from '@portico/core';
import { entriesIn, testContext } from '@portico/testing';
import { scriptedSend, turns } from '../../../test/scripted-send.ts';
import { CallsUnderWay } from './calls-under-way.ts';

const get = (target: string, ...headers: string[]) => ({ method: 'GET', target, headers });

describe('the calls that others can join', () => {
  it('have 10,000 targets at most: further calls go their own way', () => {
    const calls = new CallsUnderWay(scriptedSend().send);
    for (let i = 0; i < 10_000; i++) expect(calls.callFor(get(`/${i}`), testContext())).toBeDefined();
    expect(calls.callFor(get('/one-more'), testContext())).toBeUndefined();
    expect(calls.callFor(get('/0'), testContext())).toBeDefined();
  });

  it('have 16 variants of a target at most: further calls go their own way', () => {
    const calls = new CallsUnderWay(scriptedSend().send);
    const callOf = (variant: number) => calls.callFor(get('/', 'accept', `${variant}`), testContext());
    const first = Array.from({ length: 16 }, (_, variant) => callOf(variant));
    expect(new Set(first).size).toBe(16);
    expect(callOf(16)).toBeUndefined();
    expect(Array.from({ length: 16 }, (_, variant) => callOf(variant))).toEqual(first);
  });

  it('leave nothing behind, however and in whatever order they end', async () => {
    const { send, calls: sent } = scriptedSend();
    const calls = new CallsUnderWay(send);
    const leaving = testContext();
    const answers = ['/a', '/a', '/b', '/c'].map((target, index) => {
      const request = get(target, 'accept', `${index}`);
      const ctx = target === '/c' ? leaving : testContext();
      return calls.callFor(request, ctx)!.join(request, ctx);
    });
    const ended = Promise.allSettled(answers);
    await sent[1]!.answer();
    await sent[2]!.fail(new BffError('upstream-reset'));
    leaving.abort(new BffError('client-aborted'));
    await sent[0]!.answer();
    await turns();
    expect((await ended).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    expect(entriesIn(calls)).toBe(0);
  });
});
