import type { Principal, RequestContext } from '@portico/core';
import { FakeClock, testContext } from '@portico/testing';
import { EventStreams, isEventStream } from './event-streams.ts';
import { type Transfer, Transfers } from './transfers.ts';

const clock = new FakeClock();
const alice = { id: 'alice' } as Principal;

function contextOf(address: string, principal?: Principal): RequestContext {
  return testContext({ clock, client: { address, protocol: 'http', host: 'shop.test' }, principal });
}

class TestTransfer implements Transfer {
  moved = 0;
  gone = false;
  constructor(
    readonly ctx: RequestContext,
    readonly grace = 0,
  ) {}
  giveWay(): void {
    this.gone = true;
  }
}

const transfer = (address: string, grace?: number): TestTransfer => new TestTransfer(contextOf(address), grace);

describe('the places of long transfers', () => {
  it('go to the newest when the slowest of the client that has most can give way', () => {
    const transfers = new Transfers(4);
    const [one, slow, fast] = [transfer('10.0.0.1'), transfer('10.0.0.2'), transfer('10.0.0.2')];
    for (const each of [one, fast, slow]) expect(transfers.enter(each)).toBe(true);
    clock.advance(1000);
    fast.moved = 10_000;
    expect(transfers.enter(transfer('10.0.0.3'))).toBe(true);
    expect([one.gone, slow.gone, fast.gone]).toEqual([false, true, false]);
  });

  it('are refused when all others are fast, or too young to tell', () => {
    const transfers = new Transfers(2);
    const [fast, young] = [transfer('10.0.0.1'), transfer('10.0.0.1', 5000)];
    transfers.enter(fast);
    transfers.enter(young);
    clock.advance(1000);
    fast.moved = 1_000_000;
    expect(transfers.enter(transfer('10.0.0.3'))).toBe(false);
    expect([fast.gone, young.gone]).toEqual([false, false]);
  });

  it('are kept in part for callers who are logged in, who never give way to others', () => {
    const transfers = new Transfers(4);
    const known = new TestTransfer(contextOf('10.0.0.1', alice));
    for (const address of ['a', 'b', 'c']) expect(transfers.enter(transfer(address))).toBe(true);
    expect(transfers.enter(known)).toBe(true);
    clock.advance(1000);
    for (let i = 0; i < 10; i++) expect(transfers.enter(transfer('d'))).toBe(true);
    expect(known.gone).toBe(false);
  });

  it('are free again once left, however often', () => {
    const transfers = new Transfers(1);
    const first = transfer('a', 5000);
    transfers.enter(first);
    expect(transfers.enter(transfer('b'))).toBe(false);
    transfers.leave(first);
    transfers.leave(first);
    expect(transfers.isFull(contextOf('b'))).toBe(false);
    expect(transfers.enter(transfer('b', 5000))).toBe(true);
    expect(transfers.isFull(contextOf('b'))).toBe(true);
  });
});

describe('the places of event streams', () => {
  it('are bounded, and a quarter is for callers who are logged in', () => {
    const streams = new EventStreams(4);
    const leaves = Array.from({ length: 4 }, () => streams.enter(contextOf('a')));
    expect(leaves.map((leave) => leave !== undefined)).toEqual([true, true, true, false]);
    expect(streams.enter(contextOf('a', alice))).toBeDefined();
    expect(streams.enter(contextOf('a', alice))).toBeUndefined();
    leaves[0]!();
    expect(streams.enter(contextOf('a'))).toBeDefined();
  });

  it.each([
    [200, 'text/event-stream', true],
    [200, 'Text/Event-Stream; charset=utf-8', true],
    [200, 'text/event-streams', false],
    [200, 'application/json', false],
    [503, 'text/event-stream', false],
  ])('are for %i %s: %s', (status, type, expected) => {
    expect(isEventStream({ status, headers: ['content-type', type] })).toBe(expected);
  });
});
