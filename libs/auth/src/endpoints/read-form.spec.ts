import { type IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { attachContext, BffError, statedLimits } from '@portico/core';
import { FakeClock, testContext } from '@portico/testing';
import { BackchannelLogoutController } from './backchannel-logout.controller.ts';
import { LogoutController } from './logout.controller.ts';
import { FORM_METHOD_TIMEOUT, onlyValue, readForm } from './read-form.ts';

const FORM = 'application/x-www-form-urlencoded';

/** A request whose body the test writes piece by piece. */
function requestOf(type = FORM) {
  const clock = new FakeClock();
  const ctx = testContext({ clock });
  const body = new PassThrough();
  const request = Object.assign(body, { headers: { 'content-type': type } }) as unknown as IncomingMessage;
  attachContext(request, ctx);
  return { body, request, clock, ctx };
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: BffError) => error.code,
  );

describe('a form', () => {
  it.each([FORM, `${FORM}; charset=utf-8`, `${FORM} ;x=y`, FORM.toUpperCase()])('is read as %s', async (type) => {
    const { body, request, clock, ctx } = requestOf(type);
    const form = readForm(request);
    body.write('a=1&b=%2');
    body.end('0&a=2');
    expect([...(await form)]).toEqual([
      ['a', '1'],
      ['b', ' '],
      ['a', '2'],
    ]);
    ctx.finish();
    expect(clock.pending).toBe(0);
  });

  it.each(['', 'text/plain', 'application/json', `${FORM}x`, 'multipart/form-data; boundary=x'])(
    'is not %j',
    async (type) => {
      expect(await codeOf(readForm(requestOf(type).request))).toBe('input-invalid');
    },
  );

  it('gives a field that stands there once', () => {
    const form = new URLSearchParams('once=1&twice=1&twice=2&empty=');
    expect(['once', 'twice', 'empty', 'none'].map((name) => onlyValue(form, name))).toEqual([
      '1',
      undefined,
      '',
      undefined,
    ]);
  });

  it('of 16 KB is read, and not a byte more', async () => {
    for (const [bytes, code] of [
      [16_384, 'none'],
      [16_385, 'body-too-large'],
    ] as const) {
      const { body, request } = requestOf();
      const read = codeOf(readForm(request));
      body.end('a'.repeat(bytes));
      expect(await read).toBe(code);
    }
  });

  it('that comes too slowly is given up, without an end of the connection before the answer', async () => {
    const { body, request, clock } = requestOf();
    const read = codeOf(readForm(request));
    body.write('a=');
    clock.advance(10_000);
    expect(await read).toBe('request-timeout');
    expect(body.destroyed).toBe(false);
    expect(body.listenerCount('data')).toBe(0);
  });

  it('has a time of its own within that of the method that reads it, so that its answer is the client’s', async () => {
    const { body, request, clock, ctx } = requestOf();
    ctx.expireAfter(FORM_METHOD_TIMEOUT);
    const given: BffError[] = [];
    ctx.onAbort((reason) => given.push(reason));
    const read = codeOf(readForm(request));
    body.write('a=');
    clock.advance(10_000);
    expect(await read).toBe('request-timeout');
    expect(given).toEqual([]);
    clock.advance(FORM_METHOD_TIMEOUT);
    expect(given).toMatchObject([{ code: 'deadline-exceeded' }]);
  });

  it.each([LogoutController, BackchannelLogoutController])(
    'is read by methods that have that time: %p',
    (controller) => {
      expect(statedLimits(controller.prototype.logout, controller)).toEqual({ timeout: FORM_METHOD_TIMEOUT });
    },
  );

  it('of a client that leaves is not waited for', async () => {
    for (const leave of [
      ({ body }: ReturnType<typeof requestOf>) => body.destroy(),
      ({ body }: ReturnType<typeof requestOf>) => body.destroy(new Error('reset')),
      ({ ctx }: ReturnType<typeof requestOf>) => ctx.abort(new BffError('client-aborted')),
    ]) {
      const one = requestOf();
      const read = codeOf(readForm(one.request));
      leave(one);
      expect(await read).toBe('client-aborted');
    }
  });

  it('is not waited for when the request was given up before', async () => {
    const { request, ctx } = requestOf();
    ctx.abort(new BffError('client-aborted'));
    expect(await codeOf(readForm(request))).toBe('client-aborted');
  });
});
