import { readHead, type ResponseHead } from './response-head.ts';

const raw = (...texts: string[]): Buffer[] => texts.map((text) => Buffer.from(text, 'latin1'));
const headersOf = (...texts: string[]): string[] => (readHead(200, raw(...texts), false) as ResponseHead).headers;

describe('the head of an answer', () => {
  /** RFC 9110 7.6.1 with the fields that RFC 2616 13.5.1 named, RFC 7540 3.2.1, and what old software writes. */
  it.each([
    ...['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer'],
    ...['upgrade', 'http2-settings'],
  ])('is without %s, which concerns one connection', (name) => {
    expect(headersOf(name, 'x', 'etag', '"a"')).toEqual(['etag', '"a"']);
    expect(headersOf(name.toUpperCase(), 'x', 'ETag', '"a"')).toEqual(['etag', '"a"']);
  });

  it('is without the coding that was undone', () => {
    expect(headersOf('transfer-encoding', 'chunked', 'etag', '"a"')).toEqual(['etag', '"a"']);
    expect(headersOf('transfer-encoding', 'Chunked')).toEqual([]);
  });

  it('keeps everything else, repeated and in order', () => {
    const fields = ['via', '1.1 a', 'set-cookie', 'a=1', 'set-cookie', 'b=2', 'x-connection', '1', 'trailers', '1'];
    expect(headersOf(...fields)).toEqual(fields);
  });

  it('is without what Connection lists, but never without its length', () => {
    expect(headersOf('Connection', 'X-Hop, close', 'x-hop', '1', 'etag', '"a"')).toEqual(['etag', '"a"']);
    expect(headersOf('connection', 'a', 'connection', 'b', 'a', '1', 'b', '2', 'c', '3')).toEqual(['c', '3']);
    expect(headersOf('connection', 'content-length', 'content-length', '2')).toEqual(['content-length', '2']);
    for (const usual of ['keep-alive', 'close', 'Keep-Alive'])
      expect(headersOf('connection', usual, 'a', '1')).toEqual(['a', '1']);
  });

  it.each([
    [199, false],
    [200, true],
    [599, true],
    [600, false],
  ])('has the status %i: %s', (status, isFine) => {
    const head = readHead(status, [], false);
    if (isFine) expect(head).toMatchObject({ status });
    else expect(head).toBe(`status ${status} is not one of HTTP's`);
  });

  it('says how long the body is, once', () => {
    expect(readHead(200, raw('content-length', '7'), false)).toMatchObject({ contentLength: 7 });
    expect(readHead(200, [], false)).toMatchObject({ contentLength: undefined });
    expect(readHead(200, raw('content-length', '7', 'Content-Length', '7'), false)).toBe(
      'Content-Length is there twice',
    );
  });

  it.each(['gzip', 'gzip, chunked', 'chunked, chunked', 'chunked ', 'identity', 'x'])(
    'is refused with the coding %j',
    (coding) => {
      expect(readHead(200, raw('transfer-encoding', coding), false)).toContain('is not "chunked"');
    },
  );

  it('is refused with a coding in HTTP/1.0, and with two fields of it', () => {
    expect(readHead(200, raw('transfer-encoding', 'chunked'), true)).toContain('is not "chunked"');
    expect(readHead(200, raw('transfer-encoding', 'chunked', 'transfer-encoding', 'chunked'), false)).toContain(
      '"chunked,chunked"',
    );
  });
});
