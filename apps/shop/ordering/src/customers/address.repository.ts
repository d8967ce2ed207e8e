import { Injectable } from '@nestjs/common';
import { Database, type Queries } from '@portico/shop-kit';
import { MAX_ADDRESSES, type SavedAddress } from './address.ts';

const SELECT = `SELECT id, name, street, city, postal_code AS postalCode, country FROM addresses`;

/** Addresses of customers in the database; whatever is asked is asked for one customer, so nobody meets another's. */
@Injectable()
export class AddressRepository {
  constructor(private readonly database: Database) {}

  /** A customer's addresses, the oldest first. */
  list(customer: string): Promise<SavedAddress[]> {
    return this.database.all<SavedAddress>(`${SELECT} WHERE customer = ? ORDER BY position`, [customer]);
  }

  /** Keeps an address. @returns false when the customer has as many as can be kept */
  add(customer: string, address: SavedAddress): Promise<boolean> {
    return this.database.transaction(async (queries) => {
      const row = await queries.first<{ count: number }>('SELECT COUNT(*) AS count FROM addresses WHERE customer = ?', [
        customer,
      ]);
      if ((row?.count ?? 0) >= MAX_ADDRESSES) return false;
      await insertAddress(queries, customer, address);
      return true;
    });
  }

  /** Changes an address. @returns whether the customer has it */
  async change(customer: string, { id, name, street, city, postalCode, country }: SavedAddress): Promise<boolean> {
    const sql = `UPDATE addresses SET name = ?, street = ?, city = ?, postal_code = ?, country = ? WHERE customer = ? AND id = ?`;
    return (await this.database.run(sql, [name, street, city, postalCode, country, customer, id])) > 0;
  }

  /** Removes an address, if the customer has it. */
  async remove(customer: string, id: string): Promise<void> {
    await this.database.run('DELETE FROM addresses WHERE customer = ? AND id = ?', [customer, id]);
  }
}

/** Writes an address after the customer's others; one with the same id stays as it is. To be called in a transaction. */
export async function insertAddress(queries: Queries, customer: string, address: SavedAddress): Promise<void> {
  const { id, name, street, city, postalCode, country } = address;
  await queries.run(
    `INSERT INTO addresses (id, customer, position, name, street, city, postal_code, country)
     VALUES (:id, :customer, (SELECT COALESCE(MAX(position), 0) + 1 FROM addresses WHERE customer = :customer),
       :name, :street, :city, :postalCode, :country) ON CONFLICT (id) DO NOTHING`,
    { id, customer, name, street, city, postalCode, country },
  );
}
