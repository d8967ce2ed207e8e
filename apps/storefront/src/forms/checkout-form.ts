import type { NewOrder } from '../api/ordering.ts';
import type { Messages } from './field-errors.ts';

/** The fields of the checkout, in their order on the page. */
export const CHECKOUT_FIELDS = ['name', 'email', 'street', 'postalCode', 'city', 'country'] as const;

/** A field of the checkout. */
export type CheckoutField = (typeof CHECKOUT_FIELDS)[number];

/** What the guest typed. */
export type CheckoutForm = Record<CheckoutField, string>;

/** An untouched form. */
export const EMPTY_CHECKOUT: CheckoutForm = { name: '', email: '', street: '', postalCode: '', city: '', country: '' };

/** Where the shop delivers to: ISO 3166-1 alpha-2 codes and names. */
export const COUNTRIES = [
  ['AT', 'Austria'],
  ['BE', 'Belgium'],
  ['DK', 'Denmark'],
  ['FI', 'Finland'],
  ['FR', 'France'],
  ['DE', 'Germany'],
  ['IE', 'Ireland'],
  ['IT', 'Italy'],
  ['NL', 'Netherlands'],
  ['PL', 'Poland'],
  ['PT', 'Portugal'],
  ['ES', 'Spain'],
  ['SE', 'Sweden'],
] as const;

/** The name of a country by its code; the code itself for one that the shop does not deliver to. */
export const countryName = (code: string): string => COUNTRIES.find(([known]) => known === code)?.[1] ?? code;

/** What is said of an empty field. */
export const MISSING: CheckoutForm = {
  name: 'Tell us who the parcel is for.',
  email: 'Give an email address.',
  street: 'Give a street and a house number.',
  postalCode: 'Give a postal code.',
  city: 'Give a town or city.',
  country: 'Choose a country.',
};

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** What is wrong with the form, by field; empty when it can be sent. */
export function checkCheckout(form: CheckoutForm): Messages<CheckoutField> {
  const messages: Messages<CheckoutField> = {};
  for (const field of CHECKOUT_FIELDS) {
    if (form[field].trim() === '') messages[field] = MISSING[field];
  }
  if (!messages.email && !EMAIL.test(form.email.trim())) {
    messages.email = 'This does not look like an email address: name@example.com.';
  }
  return messages;
}

/** The order that a correct form stands for. */
export function orderFrom(form: CheckoutForm, basketId: string): NewOrder {
  const typed = Object.fromEntries(CHECKOUT_FIELDS.map((field) => [field, form[field].trim()])) as CheckoutForm;
  const { name, email, ...address } = typed;
  return { basketId, customer: { name, email }, address };
}
