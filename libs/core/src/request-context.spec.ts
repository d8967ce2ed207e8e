import { FakeClock, testContext } from '@portico/testing';
import { BffError } from './bff-error.ts';
import { attachContext, contextOf, type RequestContext } from './request-context.ts';

const gone = new BffError('client-aborted');

function listenTo(context: RequestContext): string[] {
  const reasons: string[] = [];
  context.onAbort((reason) => reasons.push(reason.code));
  return reasons;
}

describe('abort', () => {
  it('tells every listener once, with the first reason', () => {
    const context = testContext();
    const heard = [listenTo(context), listenTo(context)];
    context.abort(gone);
    context.abort(new BffError('deadline-exceeded'));
    expect(heard).toEqual([['client-aborted'], ['client-aborted']]);
    expect(context.aborted).toBe(gone);
  });

  it('calls a listener that comes too late at once', () => {
    const context = testContext();
    context.abort(gone);
    expect(listenTo(context)).toEqual(['client-aborted']);
  });

  it('does not call a listener that was taken off, even by a listener before it', () => {
    const context = testContext();
    const calls: string[] = [];
    const second = (): void => void calls.push('second');
    context.onAbort(() => context.offAbort(second));
    context.onAbort(second);
    context.abort(gone);
    expect(calls).toEqual([]);
  });

  it('tells the others when one of them throws; the mistake is reported as one nobody caught', () => {
    const report = jest.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => undefined);
    const context = testContext();
    const mistake = new Error('a bug of a listener');
    context.onAbort(() => {
      throw mistake;
    });
    const [heard, child] = [listenTo(context), listenTo(context.child())];
    context.abort(gone);
    expect([heard, child]).toEqual([['client-aborted'], ['client-aborted']]);
    expect(report).toHaveBeenCalledTimes(1);
    expect(report.mock.calls[0]![0]).toThrow(mistake);
    report.mockRestore();
  });

  it('tells a listener that joins, or aborts again, meanwhile', () => {
    const context = testContext();
    const late: string[] = [];
    context.onAbort(() => {
      context.abort(new BffError('deadline-exceeded'));
      context.onAbort((reason) => late.push(reason.code));
    });
    context.abort(gone);
    expect(late).toEqual(['client-aborted']);
  });

  it('ends the timer of the deadline', () => {
    const clock = new FakeClock();
    const context = testContext({ clock });
    context.expireAfter(100);
    context.abort(gone);
    context.expireAfter(50);
    expect(clock.pending).toBe(0);
  });
});

describe('a listener that finishes the context', () => {
  it('does not keep the listeners after it from being told', () => {
    const context = testContext();
    const told: string[] = [];
    context.onAbort(() => context.finish());
    context.onAbort(() => told.push('second'));
    context.onAbort(() => told.push('third'));
    context.abort(new BffError('client-aborted'));
    expect(told).toEqual(['second', 'third']);
  });
});

describe('deadline', () => {
  it('aborts when it passes, not before', () => {
    const clock = new FakeClock();
    const context = testContext({ clock });
    context.expireAfter(100);
    clock.advance(99);
    expect(context.aborted).toBeUndefined();
    clock.advance(1);
    expect(context.aborted?.code).toBe('deadline-exceeded');
  });

  it('only ever moves to an earlier moment', () => {
    const clock = new FakeClock();
    const context = testContext({ clock });
    clock.advance(5);
    context.expireAfter(100);
    context.expireAfter(200);
    expect(context.deadline).toBe(105);
    context.expireAfter(10);
    expect(context.deadline).toBe(15);
    expect(clock.pending).toBe(1);
    clock.advance(10);
    expect(context.aborted?.code).toBe('deadline-exceeded');
  });

  it('sets no timer while there is none', () => {
    const clock = new FakeClock();
    testContext({ clock }).expireAfter(Infinity);
    expect(clock.pending).toBe(0);
  });

  it('is forgotten when the request is finished', () => {
    const clock = new FakeClock();
    const context = testContext({ clock });
    const heard = listenTo(context);
    context.expireAfter(100);
    context.finish();
    expect(clock.pending).toBe(0);
    expect(heard).toEqual([]);
  });
});

describe('child', () => {
  it('has the identity and the deadline of its parent', () => {
    const parent = testContext({ clock: new FakeClock(), replyHeaders: ['x-request-id', '1'] });
    parent.route = '/a/:b';
    parent.expireAfter(100);
    const child = parent.child();
    expect(child).toMatchObject({
      requestId: parent.requestId,
      client: parent.client,
      trace: parent.trace,
      route: '/a/:b',
      deadline: 100,
    });
    expect(child.replyHeaders).toBe(parent.replyHeaders);
  });

  it('is aborted with its parent, also when the parent was aborted before', () => {
    const parent = testContext();
    const before = listenTo(parent.child());
    parent.abort(gone);
    expect(before).toEqual(['client-aborted']);
    expect(parent.child().aborted).toBe(gone);
  });

  it('leaves its parent and siblings alone when it is aborted', () => {
    const parent = testContext();
    const [child, sibling] = [parent.child(), parent.child()];
    child.abort(gone);
    expect([parent.aborted, sibling.aborted]).toEqual([undefined, undefined]);
  });

  it('may expire before its parent, never after', () => {
    const clock = new FakeClock();
    const parent = testContext({ clock });
    parent.expireAfter(100);
    const [hasty, patient] = [parent.child(), parent.child()];
    hasty.expireAfter(10);
    patient.expireAfter(1000);
    clock.advance(10);
    expect(hasty.aborted?.code).toBe('deadline-exceeded');
    expect([parent.aborted, patient.aborted]).toEqual([undefined, undefined]);
    clock.advance(90);
    expect(patient.aborted?.code).toBe('deadline-exceeded');
    expect(clock.pending).toBe(0);
  });

  it('is let go by its parent once it is finished', () => {
    const clock = new FakeClock();
    const parent = testContext({ clock });
    const child = parent.child();
    child.expireAfter(10);
    child.finish();
    parent.abort(gone);
    expect(child.aborted).toBeUndefined();
    expect(clock.pending).toBe(0);
  });
});

describe('contextOf', () => {
  it('finds what attachContext tied to a request', () => {
    const request = {};
    const context = testContext();
    attachContext(request, context);
    expect(contextOf(request)).toBe(context);
    expect(JSON.stringify(request)).toBe('{}');
  });

  it('says what is missing for a request without one', () => {
    expect(() => contextOf({})).toThrow(/no context: is runBff\(\) serving it/);
  });
});
