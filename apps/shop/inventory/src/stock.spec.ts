import type { Stock } from './inventory.schemas.ts';
import { fieldsOf, RunningInventory } from '../test/running-inventory.ts';

let inventory: RunningInventory;

beforeAll(async () => {
  inventory = await RunningInventory.start();
});
afterAll(() => inventory.close());

describe('stock', () => {
  it('has pieces of the 300 products in three warehouses, a few products sold out and some low', async () => {
    const warehouses = (await inventory.get('/warehouses')).json<{ items: object[]; next: null }>();
    expect(warehouses.items).toHaveLength(3);
    expect(warehouses.next).toBeNull();
    expect((await inventory.stockOf('p-0001')).available).toBeGreaterThan(10);
    expect((await inventory.stockOf('p-0300')).warehouses).toHaveLength(3);
    const low = (await inventory.get('/stock?below=10&limit=100')).json<{ items: Stock[] }>().items;
    expect(low.length).toBeGreaterThan(15);
    expect(low.length).toBeLessThan(40);
    const counts = low.map(({ available }) => available);
    expect(counts).toEqual([...counts].sort((left, right) => left - right));
    expect(counts.filter((count) => count === 0).length).toBeGreaterThanOrEqual(5);
  });

  it('adds up the warehouses', async () => {
    const stock = await inventory.stockOf('p-0002');
    expect(stock.warehouses.reduce((sum, { available }) => sum + available, 0)).toBe(stock.available);
  });

  it('lists the products asked for in that order, without unknown and repeated ones', async () => {
    const { items, next } = (await inventory.get('/stock?ids=p-0003,p-9999,p-0001,p-0003')).json<{
      items: Stock[];
      next: null;
    }>();
    expect(items.map(({ productId }) => productId)).toEqual(['p-0003', 'p-0001']);
    expect(next).toBeNull();
  });

  it('lists at most as many low products as asked, and none below nothing', async () => {
    expect((await inventory.get('/stock?below=10&limit=3')).json<{ items: Stock[] }>().items).toHaveLength(3);
    expect((await inventory.get('/stock?below=10')).json<{ items: Stock[] }>().items).toHaveLength(20);
    expect((await inventory.get('/stock?below=0')).json<{ items: Stock[] }>().items).toEqual([]);
  });

  it.each([
    ['neither ids nor below', '/stock'],
    ['both ids and below', '/stock?ids=p-0001&below=3'],
    ['more than 100 ids', `/stock?ids=${Array.from({ length: 101 }, (_, index) => `p-${index}`).join()}`],
  ])('refuses %s', async (_, path) => {
    const answer = await inventory.get(path);
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(fieldsOf(answer)).toEqual(['ids']);
  });

  it('knows no product that is not there', async () => {
    expect((await inventory.get('/stock/p-9999')).status).toBe(404);
    expect((await inventory.get(`/stock/${encodeURIComponent("'; DROP TABLE stock; --")}`)).status).toBe(404);
  });
});

describe('adjustments', () => {
  it('add and take pieces, and answer the stock after it', async () => {
    await inventory.setStock('p-0010', 1, 2, 3);
    const added = await inventory.send('POST', '/stock/p-0010/adjustments', {
      warehouseId: 'w-ams',
      delta: 5,
      reason: 'delivery',
    });
    expect(added.status).toBe(201);
    expect(added.json<Stock>()).toMatchObject({ productId: 'p-0010', available: 11 });
    const taken = await inventory.send('POST', '/stock/p-0010/adjustments', {
      warehouseId: 'w-ams',
      delta: -6,
      reason: 'broken',
    });
    expect(taken.json<Stock>().warehouses[0]).toMatchObject({ id: 'w-ams', available: 0 });
  });

  it('never bring a warehouse below zero, also when many take at the same time', async () => {
    await inventory.setStock('p-0011', 5, 9, 9);
    const body = { warehouseId: 'w-ams', delta: -1, reason: 'broken' };
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => inventory.send('POST', '/stock/p-0011/adjustments', body)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    const refused = answers.filter(({ status }) => status === 409);
    expect(refused).toHaveLength(7);
    expect(refused[0] && fieldsOf(refused[0])).toEqual(['delta']);
    expect((await inventory.stockOf('p-0011')).available).toBe(18);
  });

  it('say which part is wrong', async () => {
    const path = '/stock/p-0001/adjustments';
    const unknown = await inventory.send('POST', path, { warehouseId: 'w-mars', delta: 1, reason: 'x' });
    expect([unknown.status, fieldsOf(unknown)]).toEqual([422, ['warehouseId']]);
    const bad = await inventory.send('POST', path, { warehouseId: 'w-ams', delta: 0.5, reason: ' ', extra: 1 });
    expect(bad.status).toBe(400);
    expect(fieldsOf(bad).sort()).toEqual(['delta', 'extra', 'reason']);
    const zero = await inventory.send('POST', path, { warehouseId: 'w-ams', delta: 0, reason: 'x' });
    expect([zero.status, fieldsOf(zero)]).toEqual([400, ['delta']]);
    const nobody = await inventory.send('POST', '/stock/p-9999/adjustments', {
      warehouseId: 'w-ams',
      delta: 1,
      reason: 'x',
    });
    expect(nobody.status).toBe(404);
  });
});

it('documents its endpoints', async () => {
  const { paths } = (await inventory.get('/openapi.json')).json<{ paths: object }>();
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining(['/stock', '/stock/{productId}', '/reservations/{id}/commit', '/warehouses']),
  );
  expect((await inventory.get('/health/ready')).status).toBe(200);
});
