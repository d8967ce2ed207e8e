import * as fc from 'fast-check';
import { childSpan, formatTraceparent, parseTrace, startTrace } from './trace-context.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const VALID = `00-${TRACE}-${PARENT}-01`;

describe('a new trace context', () => {
  it('has ids of the right form, all different; it is not sampled and says that its id is random', () => {
    const traces = Array.from({ length: 2000 }, startTrace);
    for (const trace of traces) {
      expect(trace.traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(trace.spanId).toMatch(/^[0-9a-f]{16}$/);
    }
    expect(new Set(traces.map((trace) => trace.traceId)).size).toBe(2000);
    expect(new Set(traces.map((trace) => trace.spanId)).size).toBe(2000);
    expect(traces[0]).toMatchObject({ parentId: undefined, flags: '02', state: '' });
    expect(childSpan()).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('the traceparent of a trace context', () => {
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
    ['a list of a higher version', `cc-${TRACE}-${PARENT}-01-what, cc-${TRACE}-${PARENT}-01`],
    ['version ff with more fields', `ff-${TRACE}-${PARENT}-01-what`],
    ['a version of one digit', `0-${TRACE}-${PARENT}-01`],
    ['a version of three digits', `000-${TRACE}-${PARENT}-01`],
    ['a version that is not hex', `.0-${TRACE}-${PARENT}-01`],
    ['a long trace id', `00-${TRACE}1-${PARENT}-01`],
    ['a long parent id', `00-${TRACE}-${PARENT}1-01`],
    ['three digits of flags', `00-${TRACE}-${PARENT}-001`],
    ['flags that are not hex', `00-${TRACE}-${PARENT}-.0`],
    ['version 00 with a dot at the end', `${VALID}.`],
    ['white space that HTTP does not have', `\u00a0${VALID}`],
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
    expect(trace).toMatchObject({ parentId: undefined, flags: '02', state: '' });
  });

  it.each([`cc-${TRACE}-${PARENT}-01`, `01-${TRACE}-${PARENT}-01-what-the-future-brings`])(
    'reads what it knows of a higher version and speaks version 00 itself: %s',
    (traceparent) => {
      const trace = parseTrace(traceparent, undefined);
      expect(formatTraceparent(trace, PARENT)).toBe(VALID);
    },
  );

  it('keeps the flags sampled and random-trace-id, and sets the others to zero', () => {
    const flagsOf = (flags: string): string => parseTrace(`00-${TRACE}-${PARENT}-${flags}`, undefined).flags;
    expect(['00', '01', '02', '03', 'fc', 'fe', 'ff'].map(flagsOf)).toEqual(['00', '01', '02', '03', '00', '02', '03']);
  });

  it('reads only the sampled flag of a higher version', () => {
    const flagsOf = (flags: string): string => parseTrace(`01-${TRACE}-${PARENT}-${flags}`, undefined).flags;
    expect(['00', '01', '02', '03', 'ff'].map(flagsOf)).toEqual(['00', '01', '00', '01', '01']);
  });

  it.each([` ${VALID}`, `\t${VALID}`, `${VALID} `, `${VALID}\t`, `\t ${VALID} \t`])(
    'is read without the white space around it: %j',
    (traceparent) => {
      expect(parseTrace(traceparent, undefined)).toMatchObject({ traceId: TRACE, parentId: PARENT });
    },
  );

  it('makes a valid trace of any text', () => {
    const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef-'), maxLength: 60 });
    fc.assert(
      fc.property(fc.oneof(fc.string(), hex), fc.option(fc.string(), { nil: undefined }), (traceparent, state) => {
        const trace = parseTrace(traceparent, state);
        expect(formatTraceparent(trace, trace.spanId)).toMatch(
          /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-0[0-3]$/,
        );
      }),
    );
  });
});

describe('the tracestate of a trace context', () => {
  const stateOf = (state: string | undefined): string => parseTrace(VALID, state).state;
  const member = (index: number): string => `k${index}=1`;
  const members = (count: number): string => Array.from({ length: count }, (_, index) => member(index)).join(',');

  it('passes members on in their order, without the space and the empty members between them', () => {
    expect(stateOf('rojo=00f067aa0ba902b7, congo=t61rcWkgMzE')).toBe('rojo=00f067aa0ba902b7,congo=t61rcWkgMzE');
    expect(stateOf(',a=1, ,b=2,\t,')).toBe('a=1,b=2');
    expect(stateOf('a=1 \t , \t b=2,\t \tc=3\t')).toBe('a=1,b=2,c=3');
    expect(stateOf('fw529a3039@dt=FfAAAA,1a@b=!~ x')).toBe('fw529a3039@dt=FfAAAA,1a@b=!~ x');
    expect(stateOf('a=  1  ')).toBe('a=  1');
    expect([stateOf(undefined), stateOf(''), stateOf(' , ,')]).toEqual(['', '', '']);
  });

  it('is one list however many fields it came in', () => {
    expect(stateOf(['foo=1,bar=2', 'rojo=1,congo=2', '', 'baz=3'].join(', '))).toBe('foo=1,bar=2,rojo=1,congo=2,baz=3');
  });

  it('keeps the first of several members with one key, in one field or in several', () => {
    expect(stateOf('foo=1,bar=2,foo=3')).toBe('foo=1,bar=2');
    expect(stateOf('foo=1, foo=1')).toBe('foo=1');
  });

  it('is not read where the traceparent is not valid or missing', () => {
    expect([parseTrace(undefined, 'foo=1').state, parseTrace(`${VALID}.`, 'foo=1').state]).toEqual(['', '']);
  });

  it.each([
    ['a key in upper case', 'Foo=1'],
    ['a key with a forbidden sign', 'foo bar=1'],
    ['a key with a dot', 'foo.bar=1'],
    ['a space after the key', 'foo =1'],
    ['a key that starts with @', '@foo=1,bar=2'],
    ['a key that starts with a sign', '_foo=1'],
    ['an empty key', '=1'],
    ['no equals sign', 'foo'],
    ['an empty value', 'foo=,bar=3'],
    ['a value of spaces', 'foo=  ,bar=3'],
    ['two equals signs', 'foo=1=2'],
    ['a control character', 'foo=\u0007'],
    ['a tab within a value', 'foo=1\t2'],
    ['a character beyond ASCII', 'foo=ü'],
    ['white space that HTTP does not have', 'foo=1\u00a0'],
    ['a key of 257 characters', `foo=1,${'k'.repeat(257)}=1`],
    ['a key of 257 characters with @', `${'t'.repeat(255)}@s=1`],
    ['a value of 257 characters', `k=${'v'.repeat(257)}`],
    ['33 members', members(33)],
    ['33 members with one key', Array.from({ length: 33 }, () => 'a=1').join(',')],
  ])('is dropped, and the trace kept, with %s', (_, state) => {
    expect(parseTrace(VALID, state)).toMatchObject({ traceId: TRACE, state: '' });
  });

  it.each([
    `${'k'.repeat(256)}=1`,
    `k=${'v'.repeat(256)}`,
    `${'t'.repeat(241)}@${'s'.repeat(14)}=1`,
    `foo=1,${'t'.repeat(242)}@v=1`,
    `foo=1,t@${'v'.repeat(15)}=1`,
    members(32),
    'a_-*/9=1',
    '1foo=1,007=2',
    'foo@=1,bar=2',
    'foo@@bar=1,bar=2',
    'foo@bar@baz=1,bar=2',
    `abcdefghijklmnopqrstuvwxyz0123456789_-*/@a-z0-9_-*/= !"#$%&'()*+-./0123456789:;<>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_\`abcdefghijklmnopqrstuvwxyz{|}~`,
  ])('is passed on at the limits and with every valid key: %s', (state) => {
    expect(stateOf(state)).toBe(state);
  });

  it('loses whole members beyond 512 characters: those over 128 characters first, then those at the end', () => {
    const long = (key: string, length: number): string => `${key}=${'v'.repeat(length - 2)}`;
    expect(stateOf([long('a', 200), long('b', 200), long('c', 110)].join(','))).toHaveLength(512);
    expect(stateOf(['x=1', long('a', 200), long('b', 200), long('c', 110)].join(','))).toBe(
      ['x=1', long('a', 200), long('c', 110)].join(','),
    );
    const short = ['a', 'b', 'c', 'd', 'e'].map((key) => long(key, 110));
    expect(stateOf(short.join(','))).toBe(short.slice(0, 4).join(','));
  });

  it('is never longer than 512 characters or 32 members, and is read again as it is', () => {
    const anyMember = fc
      .tuple(fc.stringMatching(/^[a-z0-9][a-z0-9_*/@-]{0,255}$/), fc.stringMatching(/^[!-+.-<>-~ ]{0,255}[!-+.-<>-~]$/))
      .map((pair) => pair.join('='));
    fc.assert(
      fc.property(fc.array(fc.oneof(anyMember, fc.string()), { maxLength: 40 }), (list) => {
        const state = stateOf(list.join(','));
        expect(state.length).toBeLessThanOrEqual(512);
        expect(state === '' ? 0 : state.split(',').length).toBeLessThanOrEqual(32);
        expect(stateOf(state)).toBe(state);
      }),
    );
  });

  it('takes time in proportion to its length, whatever it holds', () => {
    const started = process.cpuUsage();
    for (const filling of [' ', '\t', ',', ' ,', 'a', 'a=', '=']) {
      parseTrace(VALID, `a=1${filling.repeat(100_000)}\u0007`);
      parseTrace(`cc-${TRACE}-${PARENT}-01-${filling.repeat(100_000)},`, undefined);
    }
    expect(process.cpuUsage(started).user).toBeLessThan(1_000_000);
  });
});
