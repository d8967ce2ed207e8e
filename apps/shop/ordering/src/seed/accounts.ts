import type { SavedAddress } from '../customers/address.ts';
import type { Order } from '../order.ts';

/** A customer with an account: who they are to the identity provider, where they live, and which of the seeded orders are theirs. */
export interface Account {
  readonly customer: Required<Order['customer']>;
  readonly address: SavedAddress;
  readonly orderIds: readonly string[];
}

/** The accounts of the sample shop; the sample identity provider knows them as alice and bob by the same `sub`. */
export const accounts: readonly Account[] = [
  {
    customer: { name: 'Alice Archer', email: 'alice@portico.test', sub: '1a11ce00-0000-4000-8000-000000000001' },
    address: {
      id: 'a-0001',
      name: 'Alice Archer',
      street: 'Oudegracht 112',
      city: 'Utrecht',
      postalCode: '3511 AW',
      country: 'NL',
    },
    orderIds: ['o-0061', 'o-0187', 'o-0312', 'o-0421', 'o-0478', 'o-0496'],
  },
  {
    customer: { name: 'Bob Baker', email: 'bob@portico.test', sub: '0b0b0000-0000-4000-8000-000000000002' },
    address: {
      id: 'a-0002',
      name: 'Bob Baker',
      street: 'Gartenstraße 7',
      city: 'Leipzig',
      postalCode: '04109',
      country: 'DE',
    },
    orderIds: ['o-0143', 'o-0388', 'o-0490'],
  },
];
