import { fieldValues, parseAuthorization } from './credentials.ts';

describe('the token in Authorization', () => {
  it.each([
    ['Bearer abc', { scheme: 'Bearer', token: 'abc' }],
    ['bearer  abc==', { scheme: 'Bearer', token: 'abc==' }],
    ['DPOP a-._~+/1', { scheme: 'DPoP', token: 'a-._~+/1' }],
    ['Basic abc', undefined],
    ['Bearerabc', undefined],
    ['', undefined],
  ])('in %j is %j', (value, expected) => expect(parseAuthorization(value)).toEqual(expected));

  it.each(['Bearer', 'Bearer ', 'Bearer a b', 'Bearer =a', 'Bearer ä', 'Bearer a,b', 'DPoP a\nb', 'Bearer a=b'])(
    'is refused in %j',
    (value) => expect(() => parseAuthorization(value)).toThrow('no token in the right form'),
  );

  it('has 8192 characters at most', () => {
    expect(parseAuthorization(`Bearer ${'a'.repeat(8_192)}`)?.token).toHaveLength(8_192);
    expect(() => parseAuthorization(`Bearer ${'a'.repeat(8_193)}`)).toThrow('too long');
  });
});

describe('the values of a field', () => {
  it('are those of each of its lines, whatever their case', () => {
    const rawHeaders = ['DPoP', 'a', 'Host', 'x', 'dpop', 'b', 'DPoP2', 'c', 'xpop', 'd'];
    expect(fieldValues({ rawHeaders }, 'dpop')).toEqual(['a', 'b']);
    expect(fieldValues({ rawHeaders: [] }, 'dpop')).toEqual([]);
  });
});
