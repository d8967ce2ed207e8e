import { checkCheckout, EMPTY_CHECKOUT, orderFrom } from './checkout-form.ts';
import { sortErrors } from './field-errors.ts';

const filled = {
  name: ' Ida Lind ',
  email: 'ida@example.com',
  street: 'Heath Road 3',
  postalCode: '1234',
  city: 'Moor',
  country: 'DK',
};

describe('the checkout form', () => {
  it('names every empty field', () => {
    expect(Object.keys(checkCheckout(EMPTY_CHECKOUT))).toEqual(Object.keys(EMPTY_CHECKOUT));
    expect(checkCheckout({ ...filled, city: '   ' })).toEqual({ city: expect.any(String) });
  });

  it('wants an email address with a name and a domain', () => {
    expect(checkCheckout(filled)).toEqual({});
    for (const email of ['ida', 'ida@', '@example.com', 'ida@example', 'i da@example.com']) {
      expect(checkCheckout({ ...filled, email })).toHaveProperty('email');
    }
  });

  it('becomes an order without the blanks around what was typed', () => {
    expect(orderFrom(filled, 'b-1')).toEqual({
      basketId: 'b-1',
      customer: { name: 'Ida Lind', email: 'ida@example.com' },
      address: { street: 'Heath Road 3', postalCode: '1234', city: 'Moor', country: 'DK' },
    });
  });
});

describe("the server's field errors", () => {
  it('go to the field that the last step of their path names; others are kept apart', () => {
    const errors = [
      { field: 'customer.email', message: 'must be an email address' },
      { field: '/address/city', message: 'Too long' },
      { field: 'basketId', message: 'unknown' },
    ];
    expect(sortErrors(errors, ['email', 'city'])).toEqual({
      messages: { email: 'Must be an email address', city: 'Too long' },
      rest: ['Unknown'],
    });
  });
});
