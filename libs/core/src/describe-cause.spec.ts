import fc from 'fast-check';
import { BffError } from './bff-error.ts';
import { describeCause, describeFailure } from './describe-cause.ts';

const coded = (message: string, code: string, cause?: unknown): Error =>
  Object.assign(new Error(message, cause === undefined ? undefined : { cause }), { code });

it('says what each error of a chain says, from the outer to the inner, once', () => {
  const inner = coded('connect ECONNREFUSED 10.0.0.1:80', 'ECONNREFUSED');
  const failure = new BffError('identity-provider-unavailable', {
    cause: new TypeError('fetch failed', { cause: inner }),
  });
  expect(describeCause(failure)).toBe('TypeError: fetch failed: connect ECONNREFUSED 10.0.0.1:80');
  const part = new BffError('upstream-connect', {
    part: 'stock',
    cause: new BffError('upstream-connect', { cause: inner }),
  });
  expect(describeCause(part)).toBe('connect ECONNREFUSED 10.0.0.1:80');
});

it('says the code that a message leaves out, and each address of a host that has several', () => {
  expect(describeCause(coded('unable to verify', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'))).toBe(
    'unable to verify (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
  );
  const errors = ['::1', '127.0.0.1'].map((address) => coded(`connect ECONNREFUSED ${address}:80`, 'ECONNREFUSED'));
  expect(describeCause(Object.assign(new AggregateError(errors), { code: 'ECONNREFUSED' }))).toBe(
    'ECONNREFUSED: connect ECONNREFUSED ::1:80; connect ECONNREFUSED 127.0.0.1:80',
  );
});

it('says what the client was told when there is nothing underneath, and nothing when there is only a code', () => {
  expect(describeCause(new BffError('csrf-refused', { detail: 'Origin is missing.' }))).toBe('Origin is missing.');
  expect(describeCause(new BffError('route-not-found'))).toBeUndefined();
  expect(describeCause(undefined)).toBeUndefined();
});

it('takes what is no error too', () => {
  expect(describeCause(new BffError('internal', { cause: 'a text' }))).toBe('a text');
  expect(describeCause(new BffError('internal', { cause: { password: 'x' } }))).toBe('something that is no error');
});

it('quotes nothing that a parser read, and no secret', () => {
  let thrown: unknown;
  try {
    JSON.parse('{"name": Alice}');
  } catch (error) {
    thrown = error;
  }
  expect(describeCause(new BffError('upstream-body-invalid', { cause: thrown }))).toBe(
    'SyntaxError: the text is not valid',
  );
  expect(describeCause(new Error('https://u:p@host/a?sig=1'))).toBe('https://[redacted]@host/a?[redacted]');
});

it('is one short line without control characters, whatever it is given, and ends on a circle', () => {
  const circle = new Error('a');
  circle.cause = circle;
  expect(describeCause(circle)).toBe('a');
  const text = fc.string({ unit: 'binary', maxLength: 900 });
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 12 }), (messages) => {
      const chain = messages.reduce<unknown>((cause, message) => new Error(message, { cause }), undefined);
      const line = describeCause(chain) ?? '';
      expect(line.length).toBeLessThanOrEqual(500);
      expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]/u);
    }),
  );
});

it.each([
  [499, false],
  [500, false],
  [501, true],
  [1_999, true],
])('has 500 characters at most, the mark of what was cut off included: of %i', (length, isCut) => {
  const message = 'a b '.repeat(length).slice(0, length - 1) + 'z';
  const line = describeCause(new Error(message));
  expect(line).toBe(isCut ? `${message.slice(0, 499)}…` : message);
});

it('takes errors whose message is no text', () => {
  expect(describeCause(Object.assign(new Error(), { message: 5 }))).toBe('5');
});

it('begins with the code where the code is wanted too', () => {
  const cause = new Error('connect ECONNREFUSED');
  expect(describeFailure(new BffError('upstream-connect', { cause }))).toBe('upstream-connect: connect ECONNREFUSED');
  expect(describeFailure(new BffError('upstream-timeout'))).toBe('upstream-timeout');
  expect(describeFailure(cause)).toBe('connect ECONNREFUSED');
});
