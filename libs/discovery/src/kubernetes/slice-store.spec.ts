import { sliceOf } from '../../test/kubernetes/recorded.ts';
import { SliceStore } from './slice-store.ts';

function namesIn(store: SliceStore): string[] {
  return store.slices.map(({ metadata }) => metadata.name);
}

describe('the slices of a service', () => {
  it('are kept by name, in the same order whatever came first', () => {
    const store = new SliceStore();
    store.replace([sliceOf('b', ['10.0.0.1']), sliceOf('a', ['10.0.0.2'])]);
    store.put(sliceOf('c', []));
    store.put(sliceOf('b', ['10.0.0.3']));
    expect(namesIn(store)).toEqual(['a', 'b', 'c']);
    expect(store.slices[1]?.endpoints[0]?.addresses).toEqual(['10.0.0.3']);
    store.remove('a');
    store.remove('unknown');
    expect(namesIn(store)).toEqual(['b', 'c']);
    store.replace([sliceOf('d', [])]);
    expect(namesIn(store)).toEqual(['d']);
  });

  it('are bounded in number', () => {
    const store = new SliceStore();
    for (let index = 0; index < 1_000; index++) store.put(sliceOf(`s-${index}`, []));
    store.put(sliceOf('s-0', []));
    expect(() => store.put(sliceOf('s-1000', []))).toThrow('more than 1000 slices');
  });

  it('are bounded in endpoints, of which replaced and removed ones do not count', () => {
    const store = new SliceStore();
    const thousand = Array.from({ length: 1_000 }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
    for (let index = 0; index < 20; index++) store.put(sliceOf(`s-${index}`, thousand));
    store.put(sliceOf('s-0', thousand));
    store.remove('s-0');
    store.put(sliceOf('s-20', thousand));
    expect(() => store.put(sliceOf('s-21', ['10.0.0.1']))).toThrow('more than 20000 endpoints');
    store.replace([sliceOf('s-0', thousand)]);
    expect(store.slices).toHaveLength(1);
  });
});
