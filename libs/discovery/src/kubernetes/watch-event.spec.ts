import { EXPIRED_WATCH, WATCH } from '../../test/kubernetes/recorded.ts';
import { ApiError } from './api-error.ts';
import { parseWatchEvent } from './watch-event.ts';

describe('events of a watch', () => {
  it('put and remove slices, and move the version', () => {
    const [added, modified, deleted, bookmark] = WATCH.map(parseWatchEvent);
    expect(added).toMatchObject({ type: 'put', version: '224', slice: { metadata: { name: 'catalog-c' } } });
    expect(added).toMatchObject({ slice: { endpoints: [{ addresses: ['10.1.0.9'] }] } });
    expect(modified).toMatchObject({ type: 'put', version: '225', slice: { endpoints: [] } });
    expect(deleted).toEqual({ type: 'remove', version: '226', name: 'catalog-c' });
    expect(bookmark).toEqual({ type: 'bookmark', version: '226' });
  });

  it('an error within a watch is an error: here the version has expired', () => {
    const parse = (): unknown => parseWatchEvent(EXPIRED_WATCH);
    expect(parse).toThrow(ApiError);
    expect(parse).toThrow(expect.objectContaining({ status: 410, isExpired: true }));
    expect(parse).toThrow('too old');
  });

  it.each([
    '',
    'null',
    '{"type":"ADDED"',
    '{"type":"ADDED"}',
    '{"type":"PATCHED","object":{}}',
    '{"type":"ADDED","object":{"kind":"Pod","metadata":{"name":"x","resourceVersion":"1"}}}',
    '{"type":"BOOKMARK","object":{"metadata":{}}}',
    '{"type":"DELETED","object":{"metadata":{"name":"","resourceVersion":"1"}}}',
    '{"type":"ERROR","object":null}',
  ])('%p is no event', (line) => {
    expect(() => parseWatchEvent(line)).toThrow('no event');
  });
});
