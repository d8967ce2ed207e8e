import { addressFrom, checkAddress, EMPTY_ADDRESS } from './address-form.ts';

const filled = { name: ' Ida Lind ', street: 'Heath Road 3', postalCode: '1234', city: 'Moor', country: 'DK' };

describe('the address form', () => {
  it('names every empty field', () => {
    expect(Object.keys(checkAddress(EMPTY_ADDRESS))).toEqual(Object.keys(EMPTY_ADDRESS));
    expect(checkAddress({ ...filled, city: '  ' })).toEqual({ city: expect.any(String) as string });
    expect(checkAddress(filled)).toEqual({});
  });

  it('becomes an address without blanks around what was typed, and without an id', () => {
    const saved = { id: 'a-1', ...filled };
    expect(addressFrom(saved)).toEqual({ ...filled, name: 'Ida Lind' });
  });
});
