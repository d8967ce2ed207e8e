import { toBasket } from './views/basket/basket.mapper.ts';
import { picture } from './views/compact.ts';
import { toProduct } from './views/product/product.mapper.ts';

const price = { amount: 3900, currency: 'EUR' };
const image = { path: 'images/p-1.svg' };

describe('the screens of the mobile BFF', () => {
  it('ask for pictures in the pixels of the screen', () => {
    expect(picture(image, 160, 1)).toBe('/v1/images/p-1.svg?w=160');
    expect(picture(image, 160, 3)).toBe('/v1/images/p-1.svg?w=480');
  });

  it('show a product with null where the shop did not answer in time', () => {
    const product = { id: 'p-1', name: 'Lamp', description: 'Bright.', price, image, variants: [] };
    expect(toProduct({ product, stock: null, rating: null, reviews: null }, { density: 2 })).toEqual({
      id: 'p-1',
      name: 'Lamp',
      text: 'Bright.',
      price: 3900,
      currency: 'EUR',
      image: '/v1/images/p-1.svg?w=720',
      variants: [],
      available: null,
      rating: null,
      reviews: null,
    });
  });

  it('show a product that is sold out as 0, not as unknown', () => {
    const product = { id: 'p-1', name: 'Lamp', description: '', price, image, variants: [] };
    expect(toProduct({ product, stock: { available: 0 }, rating: null, reviews: null }, { density: 1 })).toMatchObject({
      available: 0,
    });
  });

  it('show the lines of a basket also without their pictures', () => {
    const line = { id: 'l-1', productId: 'p-1', name: 'Lamp', quantity: 2, total: { amount: 7800, currency: 'EUR' } };
    const basket = { id: 'b-1', lines: [line], totals: { pieces: 2, amount: 7800, currency: 'EUR' } };
    expect(toBasket({ basket, products: [] }, { density: 2 })).toEqual({
      id: 'b-1',
      lines: [{ id: 'l-1', productId: 'p-1', name: 'Lamp', quantity: 2, total: 7800, image: null }],
      pieces: 2,
      amount: 7800,
      currency: 'EUR',
    });
  });
});
