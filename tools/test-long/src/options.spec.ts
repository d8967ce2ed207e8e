import { parseOptions } from './options.ts';

describe('the options of test:long', () => {
  it('are all suites, in full, unless some are named', () => {
    expect(parseOptions([], ['a', 'b'])).toEqual({ sample: false, suites: ['a', 'b'] });
    expect(parseOptions(['b', '--sample'], ['a', 'b'])).toEqual({ sample: true, suites: ['b'] });
  });

  it('name no suite that is not there', () => {
    expect(() => parseOptions(['a', 'c'], ['a', 'b'])).toThrow('no suite c; there are a, b');
    expect(() => parseOptions(['--fast'], [])).toThrow('--fast');
  });
});
