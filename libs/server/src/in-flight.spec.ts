import type { ServerResponse } from 'node:http';
import { testContext } from '@portico/testing';
import fc from 'fast-check';
import { InFlight } from './in-flight.ts';

describe('InFlight', () => {
  it('behaves like a Map in whatever order requests come and end', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 50 }), (order) => {
        const inFlight = new InFlight();
        const expected = new Map<ServerResponse, unknown>();
        const responses = Array.from({ length: 10 }, () => ({}) as ServerResponse);
        for (const number of order) {
          const response = responses[number]!;
          const context = testContext();
          expect(inFlight.delete(response)).toBe(expected.delete(response));
          if (number % 3 !== 0) {
            inFlight.set(response, context);
            expected.set(response, context);
          }
          expect(inFlight.size).toBe(expected.size);
          expect(new Set(inFlight.keys())).toEqual(new Set(expected.keys()));
          for (const one of responses) {
            expect(inFlight.has(one)).toBe(expected.has(one));
            expect(inFlight.get(one)).toBe(expected.get(one));
          }
        }
        expect(new Set(inFlight.values())).toEqual(new Set(expected.values()));
      }),
    );
  });
});
