import { request, send } from '../test/demo.ts';
import { startHeldServer } from '../test/held-server.ts';

it('an exception that nobody foresaw is a problem, is logged with its cause, and holds nobody up', async () => {
  const held = await startHeldServer();
  const bytes = request('GET /throw HTTP/1.1') + request('GET /fast HTTP/1.1');
  expect((await send(held.port, bytes, { responses: 2 })).statuses).toEqual([500, 200]);
  expect(held.lines).toMatchObject([{ status: 500, failure: 'internal', cause: 'TypeError: no handler should' }, {}]);
  await held.close();
});
