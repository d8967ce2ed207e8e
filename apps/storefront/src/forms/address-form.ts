import type { NewAddress } from '../api/account.ts';
import { MISSING } from './checkout-form.ts';
import type { Messages } from './field-errors.ts';

/** The fields of an address, in their order on the page. */
export const ADDRESS_FIELDS = ['name', 'street', 'postalCode', 'city', 'country'] as const;

/** A field of an address that is kept. */
export type SavedAddressField = (typeof ADDRESS_FIELDS)[number];

/** What was typed. */
export type AddressForm = Record<SavedAddressField, string>;

/** An untouched form. */
export const EMPTY_ADDRESS: AddressForm = { name: '', street: '', postalCode: '', city: '', country: '' };

/** What is wrong with an address, by field; empty when it can be sent. */
export function checkAddress(form: AddressForm): Messages<SavedAddressField> {
  const empty = ADDRESS_FIELDS.filter((field) => form[field].trim() === '');
  return Object.fromEntries(empty.map((field) => [field, MISSING[field]]));
}

/** The address that a correct form stands for. */
export function addressFrom(form: AddressForm): NewAddress {
  return Object.fromEntries(ADDRESS_FIELDS.map((field) => [field, form[field].trim()])) as AddressForm;
}
