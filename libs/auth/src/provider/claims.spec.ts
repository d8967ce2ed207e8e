import { areTooDeep, principalOf, rolesOf, scopesOf } from './claims.ts';

describe('rolesOf', () => {
  it.each([
    ['one text', 'staff'],
    ['texts with commas', 'staff,manager'],
    ['an object', { staff: true }],
    ['an object that looks like a list', { 0: 'staff', length: 1 }],
    ['a list with a number in it', ['staff', 7]],
    ['a list with a list in it', [['staff']]],
    ['a list with an empty text', ['staff', '']],
    ['null', null],
    ['true', true],
  ])('case 50: finds none in %s', (_what, roles) => {
    expect(rolesOf({ roles }, 'roles').size).toBe(0);
    expect(rolesOf({ realm_access: { roles } }, 'realm_access.roles').size).toBe(0);
  });

  it('takes a list of texts, at the exact place', () => {
    expect([...rolesOf({ roles: ['staff', 'manager'] }, 'roles')]).toEqual(['staff', 'manager']);
    expect([...rolesOf({ realm_access: { roles: ['staff'] } }, 'realm_access.roles')]).toEqual(['staff']);
    expect([...rolesOf({ 'https://shop.example/roles': ['staff'] }, 'https://shop.example/roles')]).toEqual(['staff']);
    expect(rolesOf({ role: ['staff'], Roles: ['staff'] }, 'roles').size).toBe(0);
    expect(rolesOf({ a: [{ b: ['staff'] }] }, 'a.0.b').size).toBe(0);
  });

  it('never looks at prototypes', () => {
    expect(rolesOf({}, 'constructor.name').size).toBe(0);
    expect(
      rolesOf(JSON.parse('{"__proto__":{"roles":["staff"]}}') as object as Record<string, unknown>, 'roles').size,
    ).toBe(0);
  });
});

describe('principalOf', () => {
  const claims = {
    iss: 'https://id.example',
    sub: 'alice',
    azp: 'mobile-app',
    scope: 'openid  email',
    acr: '2',
    auth_time: 1000,
    jti: 'x',
    roles: ['customer'],
    address: { country: 'NO' },
  };

  it('makes the same shape of every door', () => {
    expect(principalOf(claims, 'bearer', 'roles')).toEqual({
      id: 'https://id.example alice',
      issuer: 'https://id.example',
      subject: 'alice',
      door: 'bearer',
      clientId: 'mobile-app',
      roles: new Set(['customer']),
      scopes: new Set(['openid', 'email']),
      acr: '2',
      authTime: 1000,
      claims: { roles: ['customer'], address: { country: 'NO' } },
      session: undefined,
    });
  });

  /** RFC 7519 4.1, RFC 9068 2.2, RFC 7662 2.2, RFC 7800 3, OpenID Connect Core 2 and 3.3.2.11, Financial-grade API 1. */
  it.each([
    ...['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'client_id', 'azp', 'scope', 'acr', 'auth_time', 'nonce'],
    ...['at_hash', 'c_hash', 's_hash', 'cnf', 'active', 'token_type'],
  ])('has no further claim %s: it has a field of its own, or concerns the token only', (name) => {
    const principal = principalOf({ ...claims, [name]: 'x', [`${name}_2`]: 'x' }, 'bearer', 'roles');
    expect(Object.keys(principal.claims)).toEqual(['roles', 'address', `${name}_2`]);
  });

  it.each([
    [19, false],
    [20, true],
  ])('is made of no claims with %i levels inside each other: %s', (levels, expected) => {
    for (const wrap of [(inner: unknown) => ({ inner }), (inner: unknown) => [inner]]) {
      const nested = Array.from({ length: levels }).reduce<unknown>((inner) => wrap(inner), 'x');
      expect(areTooDeep({ sub: 'alice', nested })).toBe(expected);
    }
  });

  it('is frozen to the bottom', () => {
    const principal = principalOf(claims, 'session', 'roles');
    expect(Object.isFrozen(principal)).toBe(true);
    expect(Object.isFrozen(principal.claims.address)).toBe(true);
  });

  it('has nothing that is not in the right form', () => {
    const odd = principalOf({ ...claims, azp: 7, scope: ['a'], acr: null, auth_time: '1' }, 'bearer', 'roles');
    expect(odd).toMatchObject({ clientId: undefined, acr: undefined, authTime: undefined });
    expect(scopesOf({ scope: ['a'] }).size + odd.scopes.size).toBe(0);
  });
});
