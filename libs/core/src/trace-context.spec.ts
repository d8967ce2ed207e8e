import * as fc from 'fast-check';
import { childSpan, formatTraceparent, parseTrace, startTrace } from './trace-context.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const VALID = `00-${TRACE}-${PARENT}-01`;

describe('startTrace', () => {
  it('makes ids of the right form, all different, not sampled', () => {
    const traces = Array.from({ length: 2000 }, startTrace);
    for (const trace of traces) {
      expect(trace.traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(trace.spanId).toMatch(/^[0-9a-f]{16}$/);
    }
    expect(new Set(traces.map((trace) => trace.traceId)).size).toBe(2000);
    expect(new Set(traces.map((trace) => trace.spanId)).size).toBe(2000);
    expect(traces[0]).toMatchObject({ parentId: undefined, flags: '00', state: '' });
    expect(childSpan()).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('parseTrace: traceparent', () => {
  it('continues a valid trace under a span of its own', () => {
    const trace = parseTrace(VALID, undefined);
    expect(trace).toMatchObject({ traceId: TRACE, parentId: PARENT, flags: '01', state: '' });
    expect(trace.spanId).not.toBe(PARENT);
    expect(formatTraceparent(trace, '00f067aa0ba902b7')).toBe(`00-${TRACE}-00f067aa0ba902b7-01`);
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['a list', `${VALID}, ${VALID}`],
    ['version ff', `ff-${TRACE}-${PARENT}-01`],
    ['upper-case hex', VALID.toUpperCase()],
    ['an all-zero trace id', `00-${'0'.repeat(32)}-${PARENT}-01`],
    ['an all-zero parent id', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['version 00 with more fields', `${VALID}-what`],
    ['version 00 with a dash at the end', `${VALID}-`],
    ['a higher version without a dash before what follows', `01-${TRACE}-${PARENT}-01.what`],
    ['a short trace id', `00-${TRACE.slice(1)}-${PARENT}-01`],
    ['a short parent id', `00-${TRACE}-${PARENT.slice(1)}-01`],
    ['one digit of flags', `00-${TRACE}-${PARENT}-1`],
    ['no version', `${TRACE}-${PARENT}-01`],
    ['a digit that is not hex', `00-${TRACE.replace('a', 'g')}-${PARENT}-01`],
  ])('starts a new trace, without the state, when it is %s', (_, traceparent) => {
    const trace = parseTrace(traceparent, 'rojo=1');
    expect(trace.traceId).not.toBe(TRACE);
    expect(trace).toMatchObject({ parentId: undefined, flags: '00', state: '' });
  });

  it.each([`cc-${TRACE}-${PARENT}-01`, `01-${TRACE}-${PARENT}-01-what-the-future-brings`])(
    'reads what it knows of a higher version and speaks version 00 itself: %s',
    (traceparent) => {
      const trace = parseTrace(traceparent, undefined);
      expect(formatTraceparent(trace, PARENT)).toBe(VALID);
    },
  );

  it('keeps the sampled bit and clears those it does not know', () => {
    const flagsOf = (flags: string): string => parseTrace(`00-${TRACE}-${PARENT}-${flags}`, undefined).flags;
    expect(['00', '01', '02', 'fe', 'ff'].map(flagsOf)).toEqual(['00', '01', '00', '00', '01']);
  });

  it('makes a valid trace of any text', () => {
    const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef-'), maxLength: 60 });
    fc.assert(
      fc.property(fc.oneof(fc.string(), hex), fc.option(fc.string(), { nil: undefined }), (traceparent, state) => {
        const trace = parseTrace(traceparent, state);
        expect(formatTraceparent(trace, trace.spanId)).toMatch(
          /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-0[01]$/,
        );
      }),
    );
  });
});

describe('parseTrace: tracestate', () => {
  const stateOf = (state: string | undefined): string => parseTrace(VALID, state).state;

  it('passes members on in their order, without the space and the empty members between them', () => {
    expect(stateOf('rojo=00f067aa0ba902b7, congo=t61rcWkgMzE')).toBe('rojo=00f067aa0ba902b7,congo=t61rcWkgMzE');
    expect(stateOf(',a=1, ,b=2,')).toBe('a=1,b=2');
    expect(stateOf('fw529a3039@dt=FfAAAA,1a@b=!~ x')).toBe('fw529a3039@dt=FfAAAA,1a@b=!~ x');
    expect(stateOf(undefined)).toBe('');
  });

  it.each([
    ['a key in upper case', 'Foo=1'],
    ['a key that starts with a digit and has no system', '1foo=1'],
    ['a key with a forbidden sign', 'foo bar=1'],
    ['an empty key', '=1'],
    ['no equals sign', 'foo'],
    ['an empty value', 'foo='],
    ['two equals signs', 'foo=1=2'],
    ['a control character', 'foo=\u0007'],
    ['a character beyond ASCII', 'foo=ü'],
    ['the same key twice', 'foo=1,bar=2,foo=3'],
    ['a key of 257 characters', `${'k'.repeat(257)}=1`],
    ['a value of 257 characters', `k=${'v'.repeat(257)}`],
    ['a tenant of 242 characters', `${'t'.repeat(242)}@s=1`],
    ['a system of 15 characters', `t@${'s'.repeat(15)}=1`],
    ['33 members', Array.from({ length: 33 }, (_, index) => `k${index}=1`).join(',')],
    ['more than 512 characters', ['a', 'b', 'c'].map((key) => `${key}=${'v'.repeat(200)}`).join(',')],
  ])('is dropped, and the trace kept, with %s', (_, state) => {
    expect(parseTrace(VALID, state)).toMatchObject({ traceId: TRACE, state: '' });
  });

  it.each([
    `${'k'.repeat(256)}=1`,
    `k=${'v'.repeat(256)}`,
    `${'t'.repeat(241)}@${'s'.repeat(14)}=1`,
    Array.from({ length: 32 }, (_, index) => `k${index}=1`).join(','),
    'a_-*/9=1',
  ])('is passed on at the limits', (state) => {
    expect(stateOf(state)).toBe(state);
  });
});
