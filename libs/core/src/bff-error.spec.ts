import { BffError } from './bff-error.ts';

describe('BffError', () => {
  it('carries its code and what the client and the log need', () => {
    const cause = new Error('ECONNREFUSED');
    const error = new BffError('upstream-connect', {
      detail: 'The shop is closed.',
      upstream: 'catalog',
      part: 'stock',
      cause,
    });
    expect(error).toMatchObject({
      name: 'BffError',
      code: 'upstream-connect',
      upstream: 'catalog',
      part: 'stock',
      cause,
    });
    expect(error.message).toBe('The shop is closed.');
  });

  it('has its code as message and no cause when nothing is given', () => {
    const error = new BffError('internal');
    expect(error.message).toBe('internal');
    expect('cause' in error).toBe(false);
  });
});
