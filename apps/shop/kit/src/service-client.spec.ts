import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { ServiceClient } from './service-client.ts';

describe('ServiceClient', () => {
  let server: Server;
  let answer: RequestListener;
  let client: ServiceClient;
  const thing = z.object({ id: z.string() });

  beforeEach(async () => {
    server = createServer((request, response) => answer(request, response));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    client = new ServiceClient('things', `http://127.0.0.1:${(server.address() as AddressInfo).port}`, 200);
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const answers = (status: number, body: string) => {
    answer = (_, response) => response.writeHead(status).end(body);
  };
  const get = () => client.call({ method: 'GET', path: '/things/a', answer: thing });

  it('sends JSON and headers, and returns the parsed answer', async () => {
    answer = (request, response) => {
      const { method, url, headers } = request;
      void request.toArray().then((chunks) => {
        const seen = [method, url, headers['content-type'], headers['x-one'], Buffer.concat(chunks).toString()];
        response.writeHead(201).end(JSON.stringify({ id: seen.join(' '), other: 1 }));
      });
    };
    const call = {
      method: 'POST',
      path: '/things?x=1',
      body: { a: 1 },
      headers: { 'x-one': '1' },
      answer: thing,
    } as const;
    expect(await client.call(call)).toEqual({
      ok: true,
      status: 201,
      body: { id: 'POST /things?x=1 application/json 1 {"a":1}' },
    });
  });

  it('hands on why the other service refused', async () => {
    const problem = { type: 'about:blank', title: 'Conflict', status: 409, detail: 'No.' };
    answers(409, JSON.stringify(problem));
    expect(await get()).toEqual({ ok: false, status: 409, problem });
  });

  it('reads no body where none is expected', async () => {
    answers(204, '');
    expect(await client.call({ method: 'DELETE', path: '/things/a' })).toEqual({
      ok: true,
      status: 204,
      body: undefined,
    });
  });

  it.each([
    ['a failing service', () => answers(500, '{}'), 'answered 500'],
    ['broken JSON', () => answers(200, '{'), 'answered something unexpected'],
    ['another shape', () => answers(200, '{"name":"a"}'), 'answered something unexpected'],
    ['a refusal that is no problem', () => answers(404, 'gone'), 'answered something unexpected'],
    ['silence', () => (answer = () => undefined), 'did not answer within 200 ms'],
    ['a cut connection', () => (answer = (request) => request.socket.destroy()), 'could not be reached'],
  ])('makes a 502 of %s', async (_, arrange, reason) => {
    arrange();
    await expect(get()).rejects.toMatchObject({ status: 502, detail: `The service things ${reason}.` });
  });
});
