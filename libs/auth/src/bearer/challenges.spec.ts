import fc from 'fast-check';
import { Challenges, quoted } from './challenges.ts';

const bearer = new Challenges('mobile-bff');

/** An independent reader of challenges (RFC 9110 11.2): scheme, then name="value" pairs. */
function read(value: string): Array<{ scheme: string; parameters: Record<string, string> }> {
  const challenges: Array<{ scheme: string; parameters: Record<string, string> }> = [];
  const token = /(?:, )?(?:([A-Za-z]+) )?([a-z_]+)="((?:[^"\\]|\\.)*)"/y;
  while (token.lastIndex < value.length) {
    const match = token.exec(value);
    if (!match) throw new Error(`not a challenge: ${value}`);
    if (match[1] !== undefined) challenges.push({ scheme: match[1], parameters: {} });
    challenges.at(-1)!.parameters[match[2] as string] = (match[3] as string).replace(/\\(.)/g, '$1');
  }
  return challenges;
}

describe('Challenges', () => {
  it('names no error when there was no token (RFC 6750 3.1)', () => {
    expect(bearer.value()).toBe('Bearer realm="mobile-bff"');
  });

  it('says what is wrong with a token', () => {
    expect(bearer.value({ code: 'invalid_token', description: 'the token has expired' })).toBe(
      'Bearer realm="mobile-bff", error="invalid_token", error_description="the token has expired"',
    );
  });

  it('names the scopes that are needed', () => {
    expect(bearer.value({ code: 'insufficient_scope', scope: 'orders:read orders:write' })).toBe(
      'Bearer realm="mobile-bff", error="insufficient_scope", scope="orders:read orders:write"',
    );
  });

  it('asks for a step-up (RFC 9470 3)', () => {
    expect(bearer.value({ code: 'insufficient_user_authentication', acr: ['2', 'urn:mfa'], maxAge: 300 })).toBe(
      'Bearer realm="mobile-bff", error="insufficient_user_authentication", acr_values="2 urn:mfa", max_age="300"',
    );
  });

  it('offers what the door takes, the scheme with the error last', () => {
    const optional = new Challenges('m', 'optional');
    const algs = 'ES256 EdDSA PS256 RS256';
    expect(read(optional.value({ code: 'invalid_token' }, 'Bearer'))).toEqual([
      { scheme: 'DPoP', parameters: { realm: 'm', algs } },
      { scheme: 'Bearer', parameters: { realm: 'm', error: 'invalid_token' } },
    ]);
    expect(read(optional.value({ code: 'use_dpop_nonce' }, 'DPoP')).map(({ scheme }) => scheme)).toEqual([
      'Bearer',
      'DPoP',
    ]);
    expect(read(new Challenges('m', 'required').value({ code: 'invalid_token' }, 'Bearer'))).toEqual([
      { scheme: 'DPoP', parameters: { realm: 'm', algs, error: 'invalid_token' } },
    ]);
  });

  it('is one safe header value, read back as it was meant, whatever the texts are', () => {
    const printable = fc.string({
      unit: fc.constantFrom(...Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at))),
    });
    fc.assert(
      fc.property(printable, printable, fc.string({ unit: 'binary' }), (scope, acr, description) => {
        const value = bearer.value({ code: 'invalid_token', scope, acr: [acr], description: `x${description}` });
        expect(value).toMatch(/^[\x20-\x7e]*$/);
        const [challenge] = read(value);
        expect(challenge?.parameters).toMatchObject({ error: 'invalid_token', scope, acr_values: acr });
        expect(challenge?.parameters.error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
      }),
    );
    expect(quoted('a"b\\c\r\nSet-Cookie: x')).toBe('"a\\"b\\\\c??Set-Cookie: x"');
  });
});
