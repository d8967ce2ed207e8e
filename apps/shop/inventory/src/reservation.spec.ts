import type { Reservation } from './inventory.schemas.ts';
import { fieldsOf, RunningInventory } from '../test/running-inventory.ts';

const MINUTE = 60_000;
let inventory: RunningInventory;

beforeAll(async () => {
  inventory = await RunningInventory.start();
});
afterAll(() => inventory.close());

describe('reservations', () => {
  it('give 50 of 200 buyers at the same time the 50 pieces there are', async () => {
    await inventory.setStock('p-0020', 17, 13, 20);
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => inventory.reserve({ productId: 'p-0020', quantity: 1 })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(50);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(150);
    expect(new Set(answers.filter(({ status }) => status === 201).map((a) => a.json<Reservation>().id)).size).toBe(50);
    expect((await inventory.stockOf('p-0020')).available).toBe(0);
  });

  it('hold pieces for 15 minutes', async () => {
    await inventory.setStock('p-0021', 4, 0, 0);
    const answer = await inventory.reserve({ productId: 'p-0021', quantity: 3 });
    expect(answer.status).toBe(201);
    expect(answer.json<Reservation>()).toEqual({
      id: expect.any(String) as string,
      state: 'held',
      lines: [{ productId: 'p-0021', quantity: 3 }],
      expiresAt: new Date(inventory.clock.epoch() + 15 * MINUTE).toISOString(),
    });
    expect((await inventory.stockOf('p-0021')).available).toBe(1);
  });

  it('take from the warehouse with most pieces first, then by warehouse id', async () => {
    await inventory.setStock('p-0022', 3, 5, 5);
    await inventory.reserve({ productId: 'p-0022', quantity: 7 });
    expect((await inventory.stockOf('p-0022')).warehouses.map(({ available }) => available)).toEqual([3, 0, 3]);
  });

  it('hold nothing when one line falls short, and name all lines that do', async () => {
    await inventory.setStock('p-0023', 2, 0, 0);
    await inventory.setStock('p-0024', 0, 0, 1);
    const answer = await inventory.reserve(
      { productId: 'p-0024', quantity: 2 },
      { productId: 'p-0023', quantity: 1 },
      { productId: 'p-9999', quantity: 1 },
    );
    expect(answer.status).toBe(409);
    expect(fieldsOf(answer)).toEqual(['lines.0.quantity', 'lines.2.quantity']);
    expect(answer.text).toContain('p-0024: 2 wanted, 1 available');
    expect((await inventory.stockOf('p-0023')).available).toBe(2);
    expect((await inventory.stockOf('p-0024')).available).toBe(1);
  });

  it('count two lines of one product together', async () => {
    await inventory.setStock('p-0025', 3, 0, 0);
    const line = { productId: 'p-0025', quantity: 2 };
    const short = await inventory.reserve(line, line);
    expect([short.status, fieldsOf(short)]).toEqual([409, ['lines.0.quantity', 'lines.1.quantity']]);
    const held = await inventory.reserve(line, { productId: 'p-0025', quantity: 1 });
    expect(held.json<Reservation>().lines).toEqual([{ productId: 'p-0025', quantity: 3 }]);
    expect((await inventory.stockOf('p-0025')).available).toBe(0);
  });

  it('give the pieces back once, however often they are released', async () => {
    await inventory.setStock('p-0026', 2, 2, 2);
    const { id } = (await inventory.reserve({ productId: 'p-0026', quantity: 5 })).json<Reservation>();
    const statuses = await Promise.all(
      [1, 2, 3].map(async () => (await inventory.send('DELETE', `/reservations/${id}`)).status),
    );
    expect(statuses).toEqual([204, 204, 204]);
    expect((await inventory.stockOf('p-0026')).warehouses.map(({ available }) => available)).toEqual([2, 2, 2]);
    expect((await inventory.send('POST', `/reservations/${id}/commit`)).status).toBe(409);
  });

  it('are final once committed, and may be committed again', async () => {
    await inventory.setStock('p-0027', 9, 0, 0);
    const { id } = (await inventory.reserve({ productId: 'p-0027', quantity: 4 })).json<Reservation>();
    for (let attempt = 0; attempt < 2; attempt++) {
      const answer = await inventory.send('POST', `/reservations/${id}/commit`);
      expect(answer.status).toBe(200);
      expect(answer.json<Reservation>()).toMatchObject({ id, state: 'committed', lines: [{ quantity: 4 }] });
    }
    expect((await inventory.send('DELETE', `/reservations/${id}`)).status).toBe(409);
    inventory.clock.advance(16 * MINUTE);
    expect((await inventory.stockOf('p-0027')).available).toBe(5);
  });

  it('give their pieces back when their time is over, once', async () => {
    await inventory.setStock('p-0028', 3, 0, 3);
    const { id } = (await inventory.reserve({ productId: 'p-0028', quantity: 5 })).json<Reservation>();
    inventory.clock.advance(15 * MINUTE - 1);
    expect((await inventory.stockOf('p-0028')).available).toBe(1);
    inventory.clock.advance(1);
    const seen = await Promise.all([1, 2, 3].map(async () => (await inventory.stockOf('p-0028')).available));
    expect(seen).toEqual([6, 6, 6]);
    expect((await inventory.send('POST', `/reservations/${id}/commit`)).status).toBe(409);
    expect((await inventory.send('DELETE', `/reservations/${id}`)).status).toBe(204);
    expect((await inventory.stockOf('p-0028')).available).toBe(6);
  });

  it('let the next buyer have the pieces of one whose time is over', async () => {
    await inventory.setStock('p-0029', 1, 0, 0);
    expect((await inventory.reserve({ productId: 'p-0029', quantity: 1 })).status).toBe(201);
    expect((await inventory.reserve({ productId: 'p-0029', quantity: 1 })).status).toBe(409);
    inventory.clock.advance(15 * MINUTE);
    expect((await inventory.reserve({ productId: 'p-0029', quantity: 1 })).status).toBe(201);
  });

  it('cannot be committed late, even before anyone looked at the stock', async () => {
    await inventory.setStock('p-0030', 1, 0, 0);
    const { id } = (await inventory.reserve({ productId: 'p-0030', quantity: 1 })).json<Reservation>();
    inventory.clock.advance(15 * MINUTE);
    expect((await inventory.send('POST', `/reservations/${id}/commit`)).status).toBe(409);
    expect((await inventory.stockOf('p-0030')).available).toBe(1);
  });

  it('refuse what is no reservation', async () => {
    expect((await inventory.send('POST', '/reservations/nobody/commit')).status).toBe(404);
    expect((await inventory.send('DELETE', '/reservations/nobody')).status).toBe(404);
    expect(fieldsOf(await inventory.reserve())).toEqual(['lines']);
    expect(fieldsOf(await inventory.reserve({ productId: 'p-0001', quantity: 0 }))).toEqual(['lines.0.quantity']);
    expect(fieldsOf(await inventory.reserve({ productId: 'p-0001', quantity: 1.5 }))).toEqual(['lines.0.quantity']);
    expect(fieldsOf(await inventory.send('POST', '/reservations', { lines: 'all' }))).toEqual(['lines']);
  });
});
