import { fastify } from 'fastify';
import { schemaCompilers } from './schema-compilers.ts';

const create = () => fastify({ schemaController: { compilersFactory: schemaCompilers } });
const text = { type: 'string' } as const;

describe('routes with a schema', () => {
  it('check what comes and write what goes by it, as Fastify does', async () => {
    const server = create();
    const schema = {
      querystring: { type: 'object', required: ['q'], properties: { q: { type: 'integer' } } },
      headers: { type: 'object', required: ['x-shop'], properties: { 'x-shop': text } },
      response: { 200: { type: 'object', properties: { q: { type: 'integer' } } } },
    };
    server.get('/search', { schema }, ({ query }) => ({ ...(query as object), secret: 'not in the schema' }));
    const headers = { 'X-Shop': 'a' };
    expect((await server.inject({ url: '/search?q=3', headers })).json()).toEqual({ q: 3 });
    expect((await server.inject({ url: '/search?q=x', headers })).statusCode).toBe(400);
    expect((await server.inject({ url: '/search?q=3' })).statusCode).toBe(400);
    await server.close();
  });

  it.each([{ properties: { 'X-Shop': text } }, { required: ['X-Shop'] }])(
    'do not start with a header field in capitals: %j',
    async (headers) => {
      const server = create();
      server.get('/search', { schema: { headers: { type: 'object', ...headers } } }, () => 'never');
      await expect(server.ready()).rejects.toThrow('write the header field "X-Shop" of the schema in lower case');
    },
  );
});
