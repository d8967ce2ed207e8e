import { reply } from '@portico/testing';
import { fieldsOf, product, RunningBasket } from '../test/running-basket.ts';
import type { Basket } from './basket.ts';

const DAY = 24 * 60 * 60 * 1000;
let service: RunningBasket;

beforeAll(async () => {
  service = await RunningBasket.start();
});
afterEach(() => service.resetCatalog());
afterAll(() => service.close());

describe('a basket', () => {
  it('begins empty, under an id of 128 random bits', async () => {
    const answer = await service.send('POST', '/baskets');
    const basket = answer.json<Basket>();
    expect(answer.status).toBe(201);
    expect(basket).toEqual({
      id: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/) as string,
      lines: [],
      totals: { pieces: 0, amount: 0, currency: 'EUR' },
      updatedAt: new Date(service.clock.epoch()).toISOString(),
      expiresAt: new Date(service.clock.epoch() + 7 * DAY).toISOString(),
    });
    expect(await service.read(basket.id)).toEqual(basket);
    expect((await service.create()).id).not.toBe(basket.id);
  });

  it('is known by its id only', async () => {
    const unknown = await service.send('GET', '/baskets/AAAAAAAAAAAAAAAAAAAAAA');
    expect(unknown.status).toBe(404);
    expect(unknown.headers['content-type']).toContain('application/problem+json');
    expect((await service.send('GET', '/baskets')).status).toBe(404);
  });

  it('is gone once deleted, which may be repeated', async () => {
    const { id } = await service.create();
    await service.add(id, 'p-1', 1);
    expect((await service.send('DELETE', `/baskets/${id}`)).status).toBe(204);
    expect((await service.send('DELETE', `/baskets/${id}`)).status).toBe(204);
    expect((await service.send('GET', `/baskets/${id}`)).status).toBe(404);
    expect((await service.add(id, 'p-1', 1)).status).toBe(404);
  });

  it('is gone 7 days after its last change; reading it is no change', async () => {
    const { id } = await service.create();
    service.clock.advance(6 * DAY);
    const added = (await service.add(id, 'p-1', 1)).json<Basket>();
    expect(added.expiresAt).toBe(new Date(service.clock.epoch() + 7 * DAY).toISOString());
    service.clock.advance(7 * DAY - 1);
    expect((await service.send('GET', `/baskets/${id}`)).status).toBe(200);
    service.clock.advance(1);
    expect((await service.send('GET', `/baskets/${id}`)).status).toBe(404);
    const line = `/baskets/${id}/lines/${added.lines[0]?.id}`;
    expect((await service.send('PATCH', line, { quantity: 2 })).status).toBe(404);
    expect((await service.send('DELETE', line)).status).toBe(404);
    expect((await service.add(id, 'p-1', 1)).status).toBe(404);
    await service.create();
    expect((await service.send('GET', `/baskets/${id}`)).status).toBe(404);
  });
});

describe('a line', () => {
  it('takes name and price from catalog and shows totals in cents', async () => {
    const { id } = await service.create();
    await service.add(id, 'p-1', 3);
    const answer = await service.add(id, 'p-2', 2, 'p-2-v1');
    expect(answer.status).toBe(201);
    const { lines, totals } = answer.json<Basket>();
    expect(lines).toMatchObject([
      {
        productId: 'p-1',
        variantId: null,
        name: 'Product p-1',
        quantity: 3,
        unitPrice: { amount: 1001, currency: 'EUR' },
      },
      { productId: 'p-2', variantId: 'p-2-v1', name: 'Product p-2, large', unitPrice: { amount: 1502 } },
    ]);
    expect(lines.map(({ total }) => total.amount)).toEqual([3003, 3004]);
    expect(totals).toEqual({ pieces: 5, amount: 6007, currency: 'EUR' });
  });

  it('adds up the same product and variant, at the present price', async () => {
    const { id } = await service.create();
    const first = (await service.add(id, 'p-3', 1)).json<Basket>();
    await service.add(id, 'p-3', 1, 'p-3-v1');
    service.catalog.use(reply({ json: product('p-3', 900) }));
    const { lines } = (await service.add(id, 'p-3', 2, null)).json<Basket>();
    expect(lines.map(({ quantity }) => quantity)).toEqual([3, 1]);
    expect(lines[0]).toMatchObject({ id: first.lines[0]?.id, unitPrice: { amount: 900 }, total: { amount: 2700 } });
  });

  it('can be changed and taken out', async () => {
    const { id } = await service.create();
    await service.add(id, 'p-1', 1);
    const [first, second] = (await service.add(id, 'p-2', 1)).json<Basket>().lines;
    const changed = await service.send('PATCH', `/baskets/${id}/lines/${first?.id}`, { quantity: 99 });
    expect([changed.status, changed.json<Basket>().totals.pieces]).toEqual([200, 100]);
    const removed = await service.send('DELETE', `/baskets/${id}/lines/${first?.id}`);
    expect([removed.status, removed.json<Basket>().lines]).toEqual([200, [second]]);
    expect((await service.send('DELETE', `/baskets/${id}/lines/${first?.id}`)).status).toBe(404);
    expect((await service.send('PATCH', `/baskets/${id}/lines/${first?.id}`, { quantity: 1 })).status).toBe(404);
  });

  it('cannot be changed through another basket', async () => {
    const [mine, other] = [await service.create(), await service.create()];
    const line = (await service.add(mine.id, 'p-1', 1)).json<Basket>().lines[0];
    expect((await service.send('PATCH', `/baskets/${other.id}/lines/${line?.id}`, { quantity: 9 })).status).toBe(404);
    expect((await service.send('DELETE', `/baskets/${other.id}/lines/${line?.id}`)).status).toBe(404);
    expect((await service.read(mine.id)).totals.pieces).toBe(1);
  });

  it.each([
    [{ productId: 'p-1', quantity: 0 }, 'quantity'],
    [{ productId: 'p-1', quantity: 100 }, 'quantity'],
    [{ productId: 'p-1', quantity: '2' }, 'quantity'],
    [{ productId: '', quantity: 1 }, 'productId'],
    [{ productId: '..', quantity: 1 }, 'productId'],
    [{ productId: 'p-1', quantity: 1, unitPrice: 1 }, 'unitPrice'],
  ])('is refused when it is %j', async (body, field) => {
    const { id } = await service.create();
    const answer = await service.send('POST', `/baskets/${id}/lines`, body);
    expect([answer.status, fieldsOf(answer)]).toEqual([400, [field]]);
  });

  it('is refused for a product or variant that catalog does not know, naming the field', async () => {
    const { id } = await service.create();
    const product = await service.add(id, 'p-999', 1);
    expect([product.status, fieldsOf(product)]).toEqual([422, ['productId']]);
    const variant = await service.add(id, 'p-1', 1, 'p-2-v1');
    expect([variant.status, fieldsOf(variant)]).toEqual([422, ['variantId']]);
    expect((await service.read(id)).lines).toEqual([]);
  });

  it('never has more than 99 pieces, nor a basket more than 50 lines', async () => {
    const { id } = await service.create();
    await service.add(id, 'p-1', 60);
    const many = await service.add(id, 'p-1', 40);
    expect([many.status, fieldsOf(many)]).toEqual([409, ['quantity']]);
    for (let number = 2; number <= 50; number++) await service.add(id, `p-${number}`, 1);
    const full = await service.add(id, 'p-51', 1);
    expect([full.status, fieldsOf(full)]).toEqual([409, ['productId']]);
    expect((await service.add(id, 'p-50', 1)).status).toBe(201);
    expect((await service.read(id)).lines).toHaveLength(50);
  });
});

it('documents its endpoints', async () => {
  const document = (await service.send('GET', '/openapi.json')).json<{ paths: object }>();
  expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/baskets', '/baskets/{id}/lines/{lineId}']));
});
