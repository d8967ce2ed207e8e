import { HOME_MOTIFS } from '../pictures/motifs-home.ts';
import { OUTDOOR_MOTIFS } from '../pictures/motifs-outdoors.ts';
import { CATEGORIES, makeProducts } from './make-products.ts';
import { MATERIALS } from './materials.ts';

describe('the seed of the catalog', () => {
  const products = makeProducts();

  it('is the same each time: 300 products with their own ids, names and stock numbers', () => {
    expect(makeProducts()).toEqual(products);
    expect(products.map((product) => product.id).slice(0, 2)).toEqual(['p-0001', 'p-0002']);
    for (const key of ['id', 'name', 'sku', 'createdAt'] as const) {
      expect(new Set(products.map((product) => product[key])).size).toBe(300);
    }
  });

  it('uses only materials and drawings that exist', () => {
    const kinds = CATEGORIES.flatMap((category) => category.kinds);
    expect(kinds.flatMap((kind) => kind.materials).filter((material) => !(material in MATERIALS))).toEqual([]);
    const drawings = { ...HOME_MOTIFS, ...OUTDOOR_MOTIFS };
    expect(kinds.map((kind) => kind.motif).filter((motif) => !(motif in drawings))).toEqual([]);
    expect(kinds.filter((kind) => !kind.text || kind.prices[0] <= 0 || kind.prices[0] >= kind.prices[1])).toEqual([]);
  });
});
