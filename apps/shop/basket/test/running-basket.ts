import { euros, type RunningService, startService } from '@portico/shop-kit';
import { FakeClock, type FakeUpstream, type HttpAnswer, httpRequest, reply, startFakeUpstream } from '@portico/testing';
import { AppModule } from '../src/app.module.ts';
import type { Basket } from '../src/basket.ts';

/** A product as catalog answers it. */
export function product(id: string, amount: number): object {
  return {
    id,
    name: `Product ${id}`,
    price: euros(amount),
    variants: [{ id: `${id}-v1`, name: 'large', price: euros(amount + 500) }],
    description: 'more than basket wants to know',
  };
}

/** Basket on a free port with a database in memory, a fake catalog of 60 products, and the calls its tests make. */
export class RunningBasket {
  private constructor(
    private readonly service: RunningService,
    readonly catalog: FakeUpstream,
    readonly clock: FakeClock,
  ) {}

  static async start(): Promise<RunningBasket> {
    const clock = new FakeClock();
    const catalog = await startFakeUpstream({});
    const environment = { PORT: '0', DATA_DIR: ':memory:', CATALOG_URL: catalog.url };
    const service = await startService({ name: 'basket', port: 0, module: AppModule, clock, environment });
    const running = new RunningBasket(service, catalog, clock);
    running.resetCatalog();
    return running;
  }

  get url(): string {
    return this.service.url;
  }

  async close(): Promise<void> {
    await this.service.close();
    await this.catalog.close();
  }

  /** Lets catalog answer as usual: p-1 to p-60 at 1001 to 1060 cents, 404 for any other. */
  resetCatalog(): void {
    const notFound = { type: 'about:blank', title: 'Not Found', status: 404 };
    this.catalog.use((request, response) => {
      const [, id, number] = /^\/products\/(p-(\d+))$/.exec(request.url) ?? [];
      const known = id !== undefined && Number(number) <= 60;
      const answer = known ? { json: product(id, 1000 + Number(number)) } : { status: 404, json: notFound };
      return reply(answer)(request, response);
    });
  }

  send(method: string, path: string, body?: unknown, user?: string): Promise<HttpAnswer> {
    const headers = {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(user !== undefined && { 'x-user-id': user }),
    };
    return httpRequest(this.service.url + path, { method, headers, body: JSON.stringify(body) ?? '' });
  }

  /** The basket of a customer. */
  async of(user: string): Promise<Basket> {
    return (await this.send('GET', '/customers/me/basket', undefined, user)).json<Basket>();
  }

  /** Lets a customer take over a basket. */
  adopt(user: string, basketId: string): Promise<HttpAnswer> {
    return this.send('POST', '/customers/me/basket', { basketId }, user);
  }

  async create(): Promise<Basket> {
    return (await this.send('POST', '/baskets')).json<Basket>();
  }

  async read(id: string): Promise<Basket> {
    return (await this.send('GET', `/baskets/${id}`)).json<Basket>();
  }

  add(basketId: string, productId: string, quantity: number, variantId?: string | null): Promise<HttpAnswer> {
    return this.send('POST', `/baskets/${basketId}/lines`, { productId, quantity, variantId });
  }
}

/** The fields a problem names. */
export function fieldsOf(answer: HttpAnswer): string[] {
  return answer.json<{ errors: { field: string }[] }>().errors.map(({ field }) => field);
}
