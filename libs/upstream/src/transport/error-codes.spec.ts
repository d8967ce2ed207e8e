import { toBffError } from './error-codes.ts';

const nameOf = (code: string, connected: boolean): string =>
  toBffError(Object.assign(new Error(code), { code }), 'shop', connected).code;

describe('toBffError', () => {
  it.each(['ECONNREFUSED', 'ENOTFOUND', 'ECONNRESET', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'EPROTO'])(
    'takes %s without a connection as the failure to connect',
    (code) => expect(nameOf(code, false)).toBe('upstream-connect'),
  );

  it.each(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENOMEM'])(
    'takes %s as a lack of this machine, whenever it comes',
    (code) => {
      expect(nameOf(code, false)).toBe('gateway-exhausted');
      expect(nameOf(code, true)).toBe('gateway-exhausted');
    },
  );

  it.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'UND_ERR_SOCKET'])('takes %s on a connection as its end', (code) =>
    expect(nameOf(code, true)).toBe('upstream-reset'),
  );

  it.each(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'])('takes %s without a connection as too late', (code) =>
    expect(nameOf(code, false)).toBe('upstream-connect-timeout'),
  );

  /** The codes of undici that mean something of their own, on a connection and before. */
  it.each([
    ['UND_ERR_CONNECT_TIMEOUT', 'upstream-connect-timeout'],
    ['UND_ERR_HEADERS_OVERFLOW', 'upstream-headers-too-large'],
    ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'upstream-framing'],
    ['UND_ERR_REQ_CONTENT_LENGTH_MISMATCH', 'request-malformed'],
    ['UND_ERR_INVALID_ARG', 'request-malformed'],
    ['UND_ERR_NOT_SUPPORTED', 'request-malformed'],
    ['UND_ERR_ABORTED', 'client-aborted'],
    ['UND_ERR_CLOSED', 'shutting-down'],
    ['UND_ERR_DESTROYED', 'shutting-down'],
  ])('takes %s for %s', (code, expected) => {
    expect([nameOf(code, false), nameOf(code, true)]).toEqual([expected, expected]);
  });

  it('takes what the parser refuses for broken framing', () => {
    const named = Object.assign(new Error('Invalid character'), { name: 'HTTPParserError', code: 'HPE_INVALID' });
    expect(toBffError(named, 'shop', true).code).toBe('upstream-framing');
    const told = (message: string) => Object.assign(new Error(message), { code: 'UND_ERR_SOCKET' });
    expect(toBffError(told('bad upgrade'), 'shop', true).code).toBe('upstream-framing');
    expect(toBffError(told('other side closed'), 'shop', true).code).toBe('upstream-reset');
  });

  it('blames the upstream neither for a request that cannot be sent nor for our own end', () => {
    expect(nameOf('UND_ERR_INVALID_ARG', false)).toBe('request-malformed');
    expect(nameOf('UND_ERR_NOT_SUPPORTED', false)).toBe('request-malformed');
    expect(nameOf('UND_ERR_DESTROYED', false)).toBe('shutting-down');
  });

  it('keeps the cause and the upstream for the log', () => {
    const cause = new Error('boom');
    expect(toBffError(cause, 'shop', true)).toMatchObject({ upstream: 'shop', cause, detail: undefined });
  });
});
