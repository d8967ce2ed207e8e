import { connect } from 'node:net';
import { eventually } from '@portico/testing';
import { request } from '../test/demo.ts';
import { answerOf, startHeldServer } from '../test/held-server.ts';

it('a client that resets its connection after CONNECT ends nothing but the connection', async () => {
  const held = await startHeldServer();
  const socket = connect(held.port, '127.0.0.1').on('error', () => undefined);
  socket.write(request('GET /slow HTTP/1.1') + request('CONNECT demo:443 HTTP/1.1'));
  const { response } = (await eventually(() => held.executed[0]))!;
  socket.resetAndDestroy();
  answerOf(response);
  expect(await eventually(() => held.lines[0])).toMatchObject({ path: '/slow' });
  await held.close();
});
