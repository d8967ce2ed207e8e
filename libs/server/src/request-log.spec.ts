import { BffError } from '@portico/core';
import { testContext } from '@portico/testing';
import fc from 'fast-check';
import { RequestLog } from './request-log.ts';

type Parts = [context: ReturnType<typeof testContext>, url: string, status?: number, headersSent?: boolean];

function lineOf(...[context, url, status = 200, headersSent = true]: Parts): Record<string, unknown> | undefined {
  const lines: string[] = [];
  const log = new RequestLog(
    'demo',
    { isLevelEnabled: (level) => level !== 'info' || status !== 204 },
    { write: (line: string) => void lines.push(line) },
  );
  log.write(context, { method: 'GET' } as never, { statusCode: status, headersSent } as never, { url, bytes: 7 });
  if (lines.length === 0) return undefined;
  expect(lines[0]!.indexOf('\n')).toBe(lines[0]!.length - 1);
  return JSON.parse(lines[0]!) as Record<string, unknown>;
}

it('case 101: is one line of JSON whatever the path, the route and the failure hold', () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 });
  fc.assert(
    fc.property(text, text, text, (path, route, upstream) => {
      const context = testContext();
      context.route = route;
      context.failure = new BffError('upstream-reset', { upstream });
      const line = lineOf(context, `${path}?secret`, 502);
      expect(line).toMatchObject({ level: 50, route, upstream, failure: 'upstream-reset', status: 502, bytes: 7 });
      expect(line!.path).toBe(`${path}?`.split('?')[0]);
    }),
  );
});

it('gives a client that left the status 499 at info, and leaves out what is not known', () => {
  const context = testContext();
  context.abort(new BffError('client-aborted'));
  context.failure = context.aborted;
  const line = lineOf(context, '/a', 200, false);
  expect(line).toMatchObject({ level: 30, status: 499, failure: 'client-aborted', path: '/a', service: 'demo' });
  expect(line).not.toHaveProperty('route');
  expect(line).not.toHaveProperty('part');
});

it('writes nothing when the level is off', () => {
  expect(lineOf(testContext(), '/a', 204)).toBeUndefined();
});

it('says why a request failed, without a secret', () => {
  const context = testContext();
  const cause = new Error('fetch failed', {
    cause: new Error('https://a:s3cret@id.example/token?code=s3cret gave 401'),
  });
  context.failure = new BffError('identity-provider-unavailable', { cause });
  expect(lineOf(context, '/a', 503)).toMatchObject({
    failure: 'identity-provider-unavailable',
    cause: 'fetch failed: https://[redacted]@id.example/token?[redacted] gave 401',
  });
});
