import * as fc from 'fast-check';
import { HttpException } from '@nestjs/common';
import { testContext } from '@portico/testing';
import { ofHttpException } from './http-error.ts';
import { saidBy } from './http-exception-body.ts';
import { problemBody } from './problems.ts';

const SECRET = 'connect ECONNREFUSED 10.1.2.3';

/** Values that somebody may put into an exception, errors and what JSON cannot write among them. */
const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withSparseArray: true,
});
const bodies = fc.oneof(
  anything,
  fc.dictionary(fc.constantFrom('message', 'error', 'statusCode', 'status', 'requestId', 'code', 'a'), anything),
  fc.array(
    fc.record({ property: fc.string(), constraints: fc.dictionary(fc.string(), fc.string()), children: anything }),
  ),
);

describe('the body of an exception', () => {
  it('makes a problem of the server, whatever it is', () => {
    const ctx = testContext();
    fc.assert(
      fc.property(bodies, fc.integer({ min: 400, max: 599 }), (body, status) => {
        const problem = JSON.parse(
          problemBody(ofHttpException(new HttpException(body as object, status)), ctx),
        ) as object;
        expect(problem).toMatchObject({ status, requestId: ctx.requestId, traceId: ctx.trace.traceId });
      }),
      { numRuns: 500 },
    );
  });

  it('shows no error that is in it, however deep', () => {
    const error = Object.assign(new Error(SECRET), { toJSON: () => SECRET });
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'message', 'code'), { maxLength: 6 }),
        fc.boolean(),
        (path, isListed) => {
          const body = path.reduceRight<unknown>((value, name) => ({ [name]: isListed ? [value] : value }), error);
          const thrown = new HttpException(body as object, 422);
          expect(problemBody(ofHttpException(thrown))).not.toContain(SECRET);
        },
      ),
    );
  });

  it('names 200 entries, and says how many more there are', () => {
    const messages = Array.from({ length: 203 }, (_, index) => `m${index}`);
    const { fields } = saidBy({ message: messages });
    expect(fields).toHaveLength(201);
    expect(fields!.at(-1)).toEqual({ message: 'and 3 more' });
    expect(saidBy(messages.slice(0, 200)).fields).toHaveLength(200);
  });

  it('goes 20 levels into the errors of a validator', () => {
    const nested = (depth: number): object =>
      depth === 0 ? { property: 'p', constraints: { a: 'wrong' } } : { property: 'p', children: [nested(depth - 1)] };
    expect(saidBy([nested(19)]).fields).toEqual([{ field: Array(20).fill('p').join('.'), message: 'wrong' }]);
    expect(saidBy([nested(20)]).fields ?? []).toEqual([]);
  });
});
