import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fieldsOf, RunningOrdering } from '../../test/running-ordering.ts';
import type { SavedAddress } from './address.ts';
import { accounts } from '../seed/accounts.ts';

const home = { name: 'Ada Lovelace', street: 'Main street 1', city: 'Delft', postalCode: '2611 AA', country: 'NL' };
let folder: string;
let ordering: RunningOrdering;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portico-addresses-'));
  ordering = await RunningOrdering.start(folder);
});
afterAll(async () => {
  await ordering.close();
  await rm(folder, { recursive: true });
});

const call = (sub: string, method: string, path = '', body?: object) =>
  ordering.as(sub, method, `/addresses${path}`, body && { body });
const list = async (sub: string): Promise<SavedAddress[]> =>
  (await call(sub, 'GET')).json<{ items: SavedAddress[] }>().items;

const [ALICE, BOB] = accounts.map(({ customer }) => customer.sub) as [string, string];

describe('the addresses of a customer', () => {
  it('are kept, changed and removed', async () => {
    const added = await call('ada', 'POST', '', home);
    const address = added.json<SavedAddress>();
    expect([added.status, address]).toEqual([201, { id: expect.any(String) as string, ...home }]);
    const work = (await call('ada', 'POST', '', { ...home, city: 'Leiden' })).json<SavedAddress>();
    expect(await list('ada')).toEqual([address, work]);
    const changed = await call('ada', 'PUT', `/${address.id}`, { ...home, street: 'Main street 2' });
    expect([changed.status, changed.json<SavedAddress>()]).toEqual([200, { ...address, street: 'Main street 2' }]);
    expect((await call('ada', 'DELETE', `/${work.id}`)).status).toBe(204);
    expect((await call('ada', 'DELETE', `/${work.id}`)).status).toBe(204);
    expect(await list('ada')).toEqual([{ ...address, street: 'Main street 2' }]);
  });

  it("are nobody else's", async () => {
    const { id } = (await call('bea', 'POST', '', home)).json<SavedAddress>();
    expect((await call('cleo', 'PUT', `/${id}`, { ...home, city: 'Leiden' })).status).toBe(404);
    expect((await call('cleo', 'DELETE', `/${id}`)).status).toBe(204);
    expect(await list('cleo')).toEqual([]);
    expect(await list('bea')).toEqual([{ id, ...home }]);
  });

  it('are 20 at most, also when many are added at once', async () => {
    const answers = await Promise.all(Array.from({ length: 25 }, () => call('dora', 'POST', '', home)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(5);
    expect(await list('dora')).toHaveLength(20);
  });

  it.each([
    [{ country: 'nl' }, 'country'],
    [{ name: ' ' }, 'name'],
    [{ street: undefined }, 'street'],
    [{ customer: 'bob' }, 'customer'],
  ])('are refused with %j', async (change, field) => {
    const answer = await call('eva', 'POST', '', { ...home, ...change });
    expect([answer.status, fieldsOf(answer)]).toEqual([400, [field]]);
  });

  it('of the seed are there once, whatever was done to them before a start anew', async () => {
    expect(await list(ALICE)).toMatchObject([{ name: 'Alice Archer', country: 'NL' }]);
    const [bob] = await list(BOB);
    await call(BOB, 'DELETE', `/${bob?.id}`);
    await ordering.restart();
    expect(await list(ALICE)).toHaveLength(1);
    expect(await list(BOB)).toEqual([]);
  });
});
