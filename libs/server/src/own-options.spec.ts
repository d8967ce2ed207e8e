import { request, send } from '../test/demo.ts';
import { type HeldServer, startHeldServer } from '../test/held-server.ts';

describe('OPTIONS that the server answers itself', () => {
  let held: HeldServer;
  beforeAll(async () => {
    held = await startHeldServer();
  });
  afterAll(() => held.close());

  it.each([
    ['OPTIONS *', []],
    ['OPTIONS http://demo', []],
    ['OPTIONS /fast', ['Max-Forwards: 0']],
    ['OPTIONS /fast', ['Max-Forwards: 00']],
  ] as const)('%s %j', async (start, fields) => {
    const outcome = await send(held.port, request(`${start} HTTP/1.1`, fields), { responses: 1 });
    expect(outcome.statuses).toEqual([204]);
    expect(outcome.text).toMatch(/\r\nallow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n/i);
    expect(outcome.text).toMatch(/\r\nx-request-id: \w+\r\n/);
    expect(held.executed).toEqual([]);
    expect(held.lines.at(-1)).toMatchObject({ status: 204 });
  });

  it.each([
    ['OPTIONS /fast', ['Max-Forwards: 1']],
    ['OPTIONS /fast', ['Max-Forwards: x']],
    ['GET /fast', ['Max-Forwards: 0']],
  ] as const)('is not %s %j', async (start, fields) => {
    const before = held.executed.length;
    await send(held.port, request(`${start} HTTP/1.1`, fields), { responses: 1 });
    expect(held.executed).toHaveLength(before + 1);
  });

  it('TRACE with Max-Forwards: 0 stays refused', async () => {
    const { statuses } = await send(held.port, request('TRACE / HTTP/1.1', ['Max-Forwards: 0']));
    expect(statuses).toEqual([405]);
  });
});
