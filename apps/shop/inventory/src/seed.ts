import { type Queries, SeededRandom } from '@portico/shop-kit';

const warehouses = [
  { id: 'w-ams', name: 'Amsterdam' },
  { id: 'w-leipzig', name: 'Leipzig' },
  { id: 'w-lyon', name: 'Lyon' },
];

/** Fills an empty database: three warehouses and the stock of the products p-0001 to p-0300, the same at every start anew. */
export async function seed(queries: Queries): Promise<void> {
  if (await queries.first('SELECT 1 FROM warehouses LIMIT 1')) return;
  const random = new SeededRandom(4002);
  for (const { id, name } of warehouses) await queries.run('INSERT INTO warehouses VALUES (?, ?)', [id, name]);
  for (let number = 1; number <= 300; number++) {
    const productId = `p-${String(number).padStart(4, '0')}`;
    for (const { id } of warehouses) {
      await queries.run('INSERT INTO stock VALUES (?, ?, ?)', [productId, id, pieces(number, random)]);
    }
  }
}

/** Pieces of one product in one warehouse: one product in 40 is sold out, one in 12 is running low. */
function pieces(number: number, random: SeededRandom): number {
  if (number % 40 === 0) return 0;
  if (number % 12 === 0) return random.between(0, 3);
  return random.between(5, 120);
}
