import { type Access, accessOf, accessProblems, Allow, declareAccess } from './access.ts';

const policy = { name: 'own-orders', allows: () => true };

describe('accessProblems', () => {
  it.each<[Access]>([
    ['public'],
    ['user'],
    [{ roles: ['staff'] }],
    [{ scopes: { all: ['a', 'b'] } }],
    [{ scopes: { any: ['a'] } }],
    [{ claims: { tier: ['gold', 'silver'] } }],
    [{ acr: ['2'], maxAge: 300 }],
    [{ policy }],
    [{ roles: ['staff'], scopes: { any: ['a'] }, claims: { tier: ['gold'] }, acr: ['2'], maxAge: 1, policy }],
  ])('finds nothing wrong with %j', (access) => {
    expect(accessProblems(access)).toEqual([]);
  });

  it.each<[unknown, string]>([
    [undefined, 'auth must be said'],
    [null, 'auth must be said'],
    ['', 'auth must be said'],
    ['Public', 'auth must be said'],
    ['users', 'auth must be said'],
    [true, 'auth must be said'],
    [[], 'auth must be said'],
    [['user'], 'auth must be said'],
    [{}, 'names no requirement'],
    [{ role: ['staff'] }, '"role" is not a requirement'],
    [{ roles: [] }, 'roles must be a list'],
    [{ roles: 'staff' }, 'roles must be a list'],
    [{ roles: [''] }, 'roles must be a list'],
    [{ roles: ['staff', 1] }, 'roles must be a list'],
    [{ roles: null }, 'roles must be a list'],
    [{ scopes: ['a'] }, 'scopes must be { all: [...] } or { any: [...] }'],
    [{ scopes: null }, 'scopes must be'],
    [{ scopes: {} }, 'scopes must be'],
    [{ scopes: { all: ['a'], any: ['b'] } }, 'scopes must be'],
    [{ scopes: { some: ['a'] } }, 'scopes must be'],
    [{ scopes: { all: [] } }, 'scopes.all must be a list'],
    [{ scopes: { any: undefined } }, 'scopes.any must be a list'],
    [{ claims: {} }, 'claims must name'],
    [{ claims: null }, 'claims must name'],
    [{ claims: { tier: 'gold' } }, 'claims.tier must be a list'],
    [{ claims: { tier: undefined } }, 'claims.tier must be a list'],
    [{ acr: [] }, 'acr must be a list'],
    [{ maxAge: 0 }, 'maxAge must be whole seconds'],
    [{ maxAge: -1 }, 'maxAge must be whole seconds'],
    [{ maxAge: 1.5 }, 'maxAge must be whole seconds'],
    [{ maxAge: Infinity }, 'maxAge must be whole seconds'],
    [{ maxAge: '60' }, 'maxAge must be whole seconds'],
    [{ maxAge: null }, 'maxAge must be whole seconds'],
    [{ policy: {} }, 'policy must have a name'],
    [{ policy: null }, 'policy must have a name'],
    [{ policy: { name: 'Own Orders', allows: () => true } }, 'policy must have a name'],
    [{ policy: { name: 'own-orders' } }, 'policy must have a name'],
    [{ policy: () => true }, 'policy must have a name'],
  ])('refuses %j', (access, problem) => {
    const problems = accessProblems(access);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
    expect(problems[0]).toMatch(/^auth/);
  });

  it.each(['roles', 'scopes', 'claims', 'acr', 'maxAge', 'policy'])(
    'refuses a requirement that is there without a value: %s, which would let everybody in who is known',
    (name) => {
      expect(accessProblems({ [name]: undefined })).toHaveLength(1);
    },
  );

  it('lists all that is wrong at once', () => {
    expect(accessProblems({ roles: [], acr: 'x', maxAge: 0, what: 1 })).toHaveLength(4);
  });
});

describe('the access of a handler', () => {
  it('is what was declared for it, and nothing when nobody said so', () => {
    const handler = () => undefined;
    expect(accessOf(handler)).toBeUndefined();
    declareAccess(handler, { roles: ['staff'] });
    expect(accessOf(handler)).toEqual({ roles: ['staff'] });
  });

  it('cannot be declared twice: what is protected stays so', () => {
    const handler = () => undefined;
    declareAccess(handler, 'user');
    expect(() => declareAccess(handler, 'public')).toThrow(TypeError);
    expect(accessOf(handler)).toBe('user');
  });

  it('is stated by a decorator on the method', () => {
    class Orders {
      @Allow('user')
      list(): void {}

      silent(): void {}
    }
    expect(accessOf(Orders.prototype.list)).toBe('user');
    expect(accessOf(Orders.prototype.silent)).toBeUndefined();
  });

  it.each<[unknown]>([[undefined], [{}], ['users'], [{ roles: [] }]])('cannot be stated as %j', (access) => {
    expect(() => Allow(access as Access)).toThrow(TypeError);
  });
});
