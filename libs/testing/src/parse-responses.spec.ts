import * as fc from 'fast-check';
import { parseResponses } from './parse-responses.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('parseResponses', () => {
  it('separates pipelined responses by their length, chunks or lack of a body', () => {
    const responses = parseResponses(
      bytes(
        'HTTP/1.1 100 Continue\r\n\r\n' +
          'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nA: 1\r\na: 2\r\n\r\nhi' +
          'HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: 1\r\n\r\n' +
          'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n' +
          'HTTP/1.0 200 OK\r\n\r\nto the end',
      ),
    );
    expect(responses.map(({ status, framing, complete }) => [status, framing, complete])).toEqual([
      [100, 'none', true],
      [200, 'length', true],
      [200, 'chunked', true],
      [304, 'none', true],
      [200, 'close', false],
    ]);
    expect(responses.map(({ body }) => body.toString())).toEqual(['', 'hi', 'abc', '', 'to the end']);
    expect(responses[1]!.headers).toEqual({ 'content-length': '2', a: '1, 2' });
    expect(responses[1]!.rawHeaders).toEqual(['Content-Length', '2', 'A', '1', 'a', '2']);
  });

  it('knows that the answer to HEAD has no body', () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n';
    const responses = parseResponses(bytes(`${head}${head}hi`), ['HEAD', 'GET']);
    expect(responses.map(({ body }) => body.toString())).toEqual(['', 'hi']);
  });

  it('calls every cut of a framed response incomplete and the whole complete', () => {
    const texts = [
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.nat(), (text, cut) => {
        const length = cut % text.length;
        expect(parseResponses(bytes(text.slice(0, length))).some((response) => response.complete)).toBe(false);
        expect(parseResponses(bytes(text)).every((response) => response.complete)).toBe(true);
      }),
    );
  });
});
