import { Controller, Module } from '@nestjs/common';
import { z } from 'zod';
import { DatabaseModule } from './database.module.ts';
import { Database } from './database.ts';
import { Endpoint, type EndpointInput } from './endpoint.ts';
import { cursorOf, encodeCursor, idsParameter, limitOf, listOf } from './paging.ts';
import { Problem, type ProblemBody } from './problem.ts';
import { type RunningService, startService } from './service.ts';

const thing = z.object({ id: z.string(), size: z.number().int() }).meta({ id: 'Thing' });
const listThings = {
  method: 'GET',
  path: '/things',
  summary: 'List things',
  query: z.object({
    limit: limitOf(10),
    ids: idsParameter.optional(),
    cursor: cursorOf(z.tuple([z.number(), z.string()])).optional(),
  }),
  answer: listOf(thing),
  cacheControl: 'public, max-age=60',
} as const;
const createThing = {
  method: 'POST',
  path: '/things/:id',
  summary: 'Make a thing',
  params: z.object({ id: z.string().min(2) }),
  headers: z.object({ 'idempotency-key': z.string() }),
  body: z.strictObject({ size: z.number().int().min(1) }),
  status: 201,
  answer: thing,
  problems: [409],
} as const;

@Controller()
class ThingController {
  constructor(private readonly database: Database) {}

  @Endpoint(listThings)
  async list({ query }: EndpointInput<typeof listThings>) {
    const items = await this.database.all<{ id: string; size: number }>('SELECT id, size FROM thing LIMIT ?', [
      query.limit,
    ]);
    return { items, next: query.cursor ? encodeCursor(query.cursor) : null };
  }

  @Endpoint(createThing)
  async create({ params, body }: EndpointInput<typeof createThing>) {
    if (params.id === 'taken') throw new Problem(409, 'It is there already.', [{ field: 'id', message: 'is taken' }]);
    if (params.id === 'broken') throw new Error('secret detail');
    await this.database.run('INSERT INTO thing VALUES (?, ?)', [params.id, body.size]);
    return { id: params.id, size: body.size };
  }

  @Endpoint({ method: 'DELETE', path: '/things', summary: 'Remove all', status: 204 })
  async clear(): Promise<void> {
    await this.database.run('DELETE FROM thing');
  }
}

interface Operation {
  parameters: object[];
  responses: object;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: object };
}

@Module({
  imports: [
    DatabaseModule.forRoot({ migrations: ['CREATE TABLE thing (id TEXT PRIMARY KEY, size INTEGER NOT NULL)'] }),
  ],
  controllers: [ThingController],
})
class ThingModule {}

describe('a service of the shop', () => {
  let service: RunningService;
  const environment = { PORT: '0', DATA_DIR: ':memory:' };
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(service.url + path, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k', ...headers },
    });

  beforeEach(async () => {
    service = await startService({ name: 'things', port: 0, module: ThingModule, environment });
  });
  afterEach(() => service.close());

  it('answers what the endpoint returns, with its status', async () => {
    const created = await post('/things/ab', '{"size":3}');
    expect(created.status).toBe(201);
    expect(created.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await created.json()).toEqual({ id: 'ab', size: 3 });
    const list = await fetch(`${service.url}/things`);
    expect(await list.json()).toEqual({ items: [{ id: 'ab', size: 3 }], next: null });
    const cleared = await fetch(`${service.url}/things`, { method: 'DELETE' });
    expect([cleared.status, await cleared.text()]).toEqual([204, '']);
  });

  it('gives 304 for a representation the client has, and 200 once it changed', async () => {
    const first = await fetch(`${service.url}/things`);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    expect(first.headers.get('cache-control')).toBe('public, max-age=60');
    for (const value of [etag, `"x", W/${etag}`, '*']) {
      const again = await fetch(`${service.url}/things`, { headers: { 'if-none-match': value } });
      expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    }
    await post('/things/ab', '{"size":3}');
    expect((await fetch(`${service.url}/things`, { headers: { 'if-none-match': etag } })).status).toBe(200);
  });

  it('names every field of the path, query, headers and body that does not fit', async () => {
    const response = await post('/things/a', '{"size":0,"colour":"red"}');
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    const problem = (await response.json()) as ProblemBody;
    expect(problem).toMatchObject({ type: 'about:blank', title: 'Bad Request', status: 400 });
    expect(problem.errors?.map(({ field }) => field)).toEqual(['id', 'size', 'colour']);
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'limit=1&limit=2', 'cursor=%00', 'cursor=WzFd', 'ids=,']) {
      expect((await fetch(`${service.url}/things?${query}`)).status).toBe(400);
    }
    expect((await fetch(`${service.url}/things?limit=&cursor=`)).status).toBe(200);
  });

  it.each([
    ['broken JSON', '/things/ab', '{"size"', {}, 400],
    ['another media type', '/things/ab', 'size=1', { 'content-type': 'text/csv' }, 415],
    ['a body over 64 KB', '/things/ab', JSON.stringify({ size: 1, text: 'x'.repeat(70000) }), {}, 413],
    ['an unknown path', '/nothing', '{}', {}, 404],
    ['a problem that the endpoint throws', '/things/taken', '{"size":1}', {}, 409],
  ])('answers %s with problem+json', async (_, path, body, headers, status) => {
    const response = await post(path, body, headers);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ type: 'about:blank', status });
  });

  it('tells nothing of an error that nobody planned', async () => {
    const log = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const response = await post('/things/broken', '{"size":1}');
    log.mockRestore();
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
  });

  it('documents its endpoints from the schemas that check them', async () => {
    const document = (await (await fetch(`${service.url}/openapi.json`)).json()) as Document;
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).sort()).toEqual([
      '/health/live',
      '/health/ready',
      '/openapi.json',
      '/things',
      '/things/{id}',
    ]);
    expect(document.paths['/things']?.['get']?.parameters[0]).toMatchObject({
      name: 'limit',
      in: 'query',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: 100, default: 10 },
    });
    expect(Object.keys(document.components.schemas).sort()).toEqual(['Problem', 'Thing']);
  });

  it('documents what an endpoint is given and what it answers', async () => {
    const document = (await (await fetch(`${service.url}/openapi.json`)).json()) as Document;
    const create = document.paths['/things/{id}']?.['post'];
    expect(create).toMatchObject({
      summary: 'Make a thing',
      parameters: [
        { name: 'id', in: 'path', required: true },
        { name: 'idempotency-key', in: 'header', required: true },
      ],
      requestBody: { content: { 'application/json': { schema: { required: ['size'], additionalProperties: false } } } },
      responses: { 201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } } },
    });
    expect(Object.keys(create?.responses ?? {})).toEqual(['201', '400', '409', 'default']);
  });

  it('is alive and ready while its database answers', async () => {
    expect(await (await fetch(`${service.url}/health/live`)).json()).toEqual({ status: 'up' });
    expect(await (await fetch(`${service.url}/health/ready`)).json()).toEqual({
      status: 'up',
      checks: { database: 'up' },
    });
  });

  it('says which port is taken', async () => {
    const port = new URL(service.url).port;
    const second = startService({
      name: 'things',
      port: 0,
      module: ThingModule,
      environment: { ...environment, PORT: port },
    });
    await expect(second).rejects.toThrow(`127.0.0.1:${port} is taken by another process`);
  });

  it('refuses settings that do not fit', async () => {
    const start = startService({ name: 'things', port: 0, module: ThingModule, environment: { PORT: 'many' } });
    await expect(start).rejects.toThrow(/PORT/);
  });
});
