import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BffError, type BffErrorCode } from '@portico/core';
import { testContext } from '@portico/testing';
import { problemBody, PROBLEMS } from './problems.ts';

/** The rows of the table of codes in `docs/errors.md`, which clients are promised; `4xx` is 400 where nothing else is said. */
function documented(): Record<string, number> {
  const page = readFileSync(join(__dirname, '../../../docs/errors.md'), 'utf8');
  const rows = page.matchAll(/^\| `([a-z-]+)` +\| (\d{3}|[45]xx) +\|/gm);
  return Object.fromEntries([...rows].map(([, code, status]) => [code!, Number(status!.replace('xx', '00'))]));
}

describe('the table of problems', () => {
  it('gives every code the status that the page of errors promises, and has no other codes', () => {
    const statuses = Object.entries(PROBLEMS).map(([code, { status }]) => [code, status]);
    expect(Object.fromEntries(statuses)).toEqual(documented());
  });

  it('has a title of its own for each code, a sentence without an end', () => {
    const titles = Object.values(PROBLEMS).map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
    for (const title of titles) expect(title).toMatch(/^[A-Z][A-Za-z' ]+$/);
  });
});

describe('the body of a problem', () => {
  const context = testContext();

  it.each(Object.keys(PROBLEMS) as BffErrorCode[])('says of %s its type, title, status and code', (code) => {
    expect(JSON.parse(problemBody(new BffError(code), context))).toEqual({
      type: `urn:portico:problem:${code}`,
      title: PROBLEMS[code].title,
      status: PROBLEMS[code].status,
      instance: `urn:portico:request:${context.requestId}`,
      code,
      requestId: context.requestId,
      traceId: context.trace.traceId,
    });
  });

  it('says what an error has for the client, and nothing else of it', () => {
    const fields = [{ field: 'id', message: 'is missing' }];
    const shown = { detail: 'd', login: '/bff/login', part: 'stock' };
    const hidden = { upstream: 'inventory', headers: { 'retry-after': '1' }, cause: new Error('10.0.0.7') };
    const {
      type: _,
      title: __,
      ...body
    } = JSON.parse(problemBody(new BffError('conflict', { ...shown, ...hidden, fields }))) as Record<string, unknown>;
    expect(body).toEqual({ ...shown, errors: fields, status: 409, code: 'conflict' });
  });
});
