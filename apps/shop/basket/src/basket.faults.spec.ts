import { hang, reply, reset } from '@portico/testing';
import { RunningBasket } from '../test/running-basket.ts';

let service: RunningBasket;

beforeAll(async () => {
  service = await RunningBasket.start();
});
afterEach(() => service.resetCatalog());
afterAll(() => service.close());

describe('changes at the same time', () => {
  it('lose no line and no piece', async () => {
    const { id } = await service.create();
    const additions = Array.from({ length: 60 }, (_, index) => service.add(id, `p-${(index % 20) + 1}`, 1));
    expect((await Promise.all(additions)).every(({ status }) => status === 201)).toBe(true);
    const { lines, totals } = await service.read(id);
    expect(lines).toHaveLength(20);
    expect(lines.every(({ quantity }) => quantity === 3)).toBe(true);
    expect(totals.pieces).toBe(60);
  });

  it('keep the bounds', async () => {
    const { id } = await service.create();
    const answers = await Promise.all(Array.from({ length: 60 }, (_, index) => service.add(id, `p-${index + 1}`, 1)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(50);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(10);
  });
});

describe('without catalog', () => {
  it.each([
    ['resets', reset()],
    ['fails', reply({ status: 500, body: 'stack' })],
    ['answers no JSON', reply({ body: '<html>' })],
    ['answers no product', reply({ json: { id: 'p-1' } })],
    ['never answers', hang()],
  ])('a line is refused with 502 when catalog %s, and the rest works', async (_, behaviour) => {
    const { id } = await service.create();
    service.catalog.use(behaviour);
    const answer = await service.add(id, 'p-1', 1);
    expect(answer.status).toBe(502);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.text).not.toContain(service.catalog.url);
    expect((await service.read(id)).lines).toEqual([]);
  });
});
