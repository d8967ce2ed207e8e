import { checkAccessTokenClaims, thumbprintOf } from './access-token-claims.ts';

const OWN = { issuer: 'https://id.example', audience: 'portico-api' };
const claims = { iss: OWN.issuer, aud: OWN.audience, sub: 'alice' };
const check = (changes: object): void => checkAccessTokenClaims({ ...claims, ...changes }, OWN);

describe('the claims of an access token', () => {
  it.each([{}, { iss: undefined }, { aud: ['other', OWN.audience] }, { sub: 'a'.repeat(255) }, { cnf: { jkt: 'x' } }])(
    'may be %j',
    (changes) => expect(() => check(changes)).not.toThrow(),
  );

  it.each([
    ['iss', { iss: 'https://id.example/' }],
    ['iss', { iss: null }],
    ['aud', { aud: undefined }],
    ['aud', { aud: [] }],
    ['aud', { aud: [[OWN.audience]] }],
    ['sub', { sub: '' }],
    ['sub', { sub: 7 }],
    ['sub', { sub: 'a'.repeat(256) }],
    ['sub', { sub: 'a\u0000' }],
    ['bound', { cnf: null }],
    ['bound', { cnf: {} }],
    ['bound', { cnf: { jkt: '' } }],
    ['bound', { cnf: { jkt: 'x', kid: 'y' } }],
    ['nested', { deep: Array.from({ length: 20 }).reduce<object>((inner) => ({ inner }), { a: [1] }) }],
  ])('are refused for %s: %j', (word, changes) => expect(() => check(changes)).toThrow(word));

  it('name the key that the token is bound to', () => {
    expect(thumbprintOf({ cnf: { jkt: 'x' } })).toBe('x');
    for (const cnf of [undefined, null, 'x', { kid: 'x' }, { jkt: 7 }]) expect(thumbprintOf({ cnf })).toBeUndefined();
  });
});
