import { csrfProblem } from './csrf-problem.ts';

const OWN = 'https://shop.example:8443';

describe('case 66: what a call of the cookie door must prove', () => {
  it.each([
    ['the header alone, as no browser but a program sends it', { 'x-csrf': '1' }],
    ['the own origin', { 'x-csrf': '1', origin: OWN }],
    ['a GET of a page, which has no Origin', { 'x-csrf': '1', 'sec-fetch-site': 'same-origin' }],
    ['all three', { 'x-csrf': '1', origin: OWN, 'sec-fetch-site': 'same-origin' }],
  ])('lets through: %s', (_case, headers) => {
    expect(csrfProblem(headers, OWN)).toBeUndefined();
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['another value', '0'],
    ['true', 'true'],
    ['01', '01'],
    ['with space', '1 '],
    ['sent twice', '1, 1'],
  ])('refuses the header when it is %s', (_case, value) => {
    const headers = {
      origin: OWN,
      'sec-fetch-site': 'same-origin',
      ...(value === undefined ? {} : { 'x-csrf': value }),
    };
    expect(csrfProblem(headers, OWN)).toContain('x-csrf: 1');
  });

  it.each([
    ['null', 'null'],
    ['empty', ''],
    ['foreign', 'https://evil.example'],
    ['another port', 'https://shop.example'],
    ['another port, written out', 'https://shop.example:443'],
    ['another scheme', 'http://shop.example:8443'],
    ['a sibling', 'https://www.shop.example:8443'],
    ['a longer name', 'https://shop.example:8443.evil.example'],
    ['a name that ends alike', 'https://evilshop.example:8443'],
    ['other case', 'https://SHOP.example:8443'],
    ['with a path', 'https://shop.example:8443/'],
    ['the own one and another', `${OWN}, https://evil.example`],
  ])('refuses an Origin that is %s', (_case, origin) => {
    expect(csrfProblem({ 'x-csrf': '1', origin }, OWN)).toMatch(/origin/);
    expect(csrfProblem({ 'x-csrf': '1', origin, 'sec-fetch-site': 'same-origin' }, OWN)).toMatch(/origin/);
  });

  it.each(['cross-site', 'same-site', 'none', '', 'Same-Origin', 'same-origin, same-origin', 'future-value'])(
    'refuses Sec-Fetch-Site: %s',
    (site) => {
      expect(csrfProblem({ 'x-csrf': '1', 'sec-fetch-site': site }, OWN)).toMatch(/origin/);
      expect(csrfProblem({ 'x-csrf': '1', 'sec-fetch-site': site, origin: OWN }, OWN)).toMatch(/origin/);
    },
  );
});
