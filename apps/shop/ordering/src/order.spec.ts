import { euros } from '@portico/shop-kit';
import { checkoutSchema, placedOrder } from './order.ts';

const line = { productId: 'p-0001', variantId: null, name: 'Lamp', quantity: 3, unitPrice: euros(1999) };
const customer = { name: 'Ada', email: 'ada@example.com' };
const address = { street: 'Main street 1', city: 'Delft', postalCode: '2611 AA', country: 'NL' };

describe('a placed order', () => {
  it('multiplies prices by quantities and adds up the lines in cents', () => {
    const lines = [line, { ...line, quantity: 1, unitPrice: euros(1) }];
    const order = placedOrder({ id: 'o-1', lines, customer, address, at: '2026-01-01T00:00:00.000Z' });
    expect(order.lines.map(({ total }) => total)).toEqual([euros(5997), euros(1)]);
    expect(order.totals).toEqual({ pieces: 4, amount: 5998, currency: 'EUR' });
    expect(order).toMatchObject({ state: 'placed', history: [{ state: 'placed', at: order.createdAt }] });
  });
});

describe('a checkout', () => {
  const checkout = { basketId: 'AAAAAAAAAAAAAAAAAAAAAA', customer, address };

  it('is trimmed', () => {
    const parsed = checkoutSchema.parse({ ...checkout, customer: { ...customer, name: '  Ada ' } });
    expect(parsed.customer.name).toBe('Ada');
  });

  it.each([
    ['basketId', { basketId: '../orders' }],
    ['customer.email', { customer: { name: 'Ada', email: 'ada' } }],
    ['customer.name', { customer: { ...customer, name: ' ' } }],
    ['address.country', { address: { ...address, country: 'nl' } }],
    ['address.postalCode', { address: { ...address, postalCode: undefined } }],
  ])('is refused for a bad %s', (field, change) => {
    const result = checkoutSchema.safeParse({ ...checkout, ...change });
    expect(result.error?.issues.map(({ path }) => path.join('.'))).toEqual([field]);
  });
});
