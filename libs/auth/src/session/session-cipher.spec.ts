import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { SessionCipher, sessionKeyProblem } from './session-cipher.ts';

const newKey = (): string => randomBytes(32).toString('base64url');

describe('SessionCipher', () => {
  const [old, current] = [newKey(), newKey()];
  const cipher = new SessionCipher([current]);

  it('opens what it sealed, in the same context', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), fc.string(), (text, context, other) => {
        const sealed = cipher.seal(text, context);
        expect(sealed).toMatch(/^[\w.-]+$/);
        expect(cipher.open(sealed, context)).toBe(text);
        if (other !== context) expect(cipher.open(sealed, other)).toBeUndefined();
      }),
    );
  });

  it('seals the same text differently each time', () => {
    expect(new Set(Array.from({ length: 50 }, () => cipher.seal('text', 'context'))).size).toBe(50);
  });

  it('case 69: opens nothing that was changed, however little', () => {
    const sealed = cipher.seal('a text that matters', 'context');
    const [version, id, body] = sealed.split('.') as [string, string, string];
    const bytes = Buffer.from(body, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(cipher.open(`${version}.${id}.${changed.toString('base64url')}`, 'context')).toBeUndefined();
    }
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length).toString('base64url');
      expect(cipher.open(`${version}.${id}.${cut}`, 'context')).toBeUndefined();
    }
    for (const other of [
      `v0.${id}.${body}`,
      `v2.${id}.${body}`,
      `${version}.00000000.${body}`,
      `${sealed}.x`,
      body,
      '',
    ]) {
      expect(cipher.open(other, 'context')).toBeUndefined();
    }
  });

  it('case 69: takes garbage for nothing', () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom('v1', '.', cipher.seal('x', 'y').split('.')[1]!));
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        expect(cipher.open(pieces.join(''), 'context')).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });

  it('opens what older keys sealed, and seals with the first one', () => {
    const before = new SessionCipher([old]);
    const during = new SessionCipher([current, old]);
    const sealedBefore = before.seal('text', 'context');
    const sealedDuring = during.seal('text', 'context');
    expect(during.open(sealedBefore, 'context')).toBe('text');
    expect(cipher.open(sealedDuring, 'context')).toBe('text');
    expect(before.open(sealedDuring, 'context')).toBeUndefined();
    expect(cipher.open(sealedBefore, 'context')).toBeUndefined();
  });

  it('takes 32 bytes in base64url for a key, and repeats none that it refuses', () => {
    expect(sessionKeyProblem(newKey())).toBeUndefined();
    for (const text of [
      '',
      'short',
      randomBytes(16).toString('base64url'),
      randomBytes(32).toString('hex'),
      `${newKey()}=`,
    ]) {
      const problem = sessionKeyProblem(text);
      expect(problem).toContain('32 random bytes');
      if (text !== '') expect(problem).not.toContain(text);
      expect(() => new SessionCipher([text])).toThrow(TypeError);
    }
    expect(() => new SessionCipher([])).toThrow('needs a key');
  });

  it('seals under a key of its own when it shares nothing', () => {
    const random = SessionCipher.random();
    expect(SessionCipher.random().open(random.seal('text', 'context'), 'context')).toBeUndefined();
    expect(random.open(random.seal('text', 'context'), 'context')).toBe('text');
  });
});
