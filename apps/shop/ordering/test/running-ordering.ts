import { type RunningService, startService } from '@portico/shop-kit';
import { FakeClock, type HttpAnswer, httpRequest } from '@portico/testing';
import { AppModule } from '../src/app.module.ts';
import type { Order } from '../src/order.ts';
import { FakeIssuer, type TokenChange } from './fake-issuer.ts';
import { FakeShop } from './fake-shop.ts';

/** What a customer's call carries. */
export interface CustomerCall {
  readonly token?: TokenChange;
  readonly body?: object;
  /** The idempotency key. */
  readonly key?: string;
}

type Surroundings = Pick<RunningOrdering, 'shop' | 'issuer' | 'clock'>;

/** Ordering on a free port, between siblings that do as they are told, and the calls its tests make. */
export class RunningOrdering {
  private constructor(
    private service: RunningService,
    private readonly folder: string,
    readonly shop: FakeShop,
    readonly issuer: FakeIssuer,
    readonly clock: FakeClock,
  ) {}

  /** @param folder of the database; default in memory */
  static async start(folder = ':memory:'): Promise<RunningOrdering> {
    const clock = new FakeClock(Date.UTC(2026, 10, 22));
    const shop = await FakeShop.start();
    const issuer = await FakeIssuer.start();
    return new RunningOrdering(await start(folder, { shop, issuer, clock }), folder, shop, issuer, clock);
  }

  async close(): Promise<void> {
    await this.service.close();
    await this.shop.close();
    await this.issuer.close();
  }

  /** Ends the process, as far as ordering can tell, and starts it again over the same database. */
  async restart(): Promise<void> {
    await this.service.close();
    this.service = await start(this.folder, this);
  }

  /** A call of a customer, with their access token. */
  as(sub: string, method: string, path: string, { token, body, key }: CustomerCall = {}): Promise<HttpAnswer> {
    const headers = {
      authorization: `Bearer ${this.issuer.token(sub, this.clock, token)}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(key !== undefined && { 'idempotency-key': key }),
    };
    return httpRequest(`${this.service.url}/customers/me${path}`, {
      method,
      headers,
      body: JSON.stringify(body) ?? '',
    });
  }

  /** Puts pieces into a basket, and as many as given into stock. @returns the basket's id */
  fillBasket(lines: Record<string, number>, stock = 1000): string {
    const id = `basket-${this.shop.baskets.size}-${Math.random().toString(36).slice(2)}`;
    const entries = Object.entries(lines).map(([productId, quantity]) => ({ productId, quantity }));
    this.shop.baskets.set(id, entries);
    for (const { productId } of entries) this.shop.stock.set(productId, stock);
    return id;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<HttpAnswer> {
    return httpRequest(this.service.url + path, { headers });
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<HttpAnswer> {
    const all = { 'content-type': 'application/json', ...headers };
    return httpRequest(this.service.url + path, { method: 'POST', headers: all, body: JSON.stringify(body) });
  }

  checkout(key: string, basketId: string, change: object = {}): Promise<HttpAnswer> {
    return this.post('/orders', { ...checkoutOf(basketId), ...change }, { 'idempotency-key': key });
  }

  move(id: string, to: string): Promise<HttpAnswer> {
    return this.post(`/orders/${id}/transitions`, { to });
  }

  /** The orders placed since the start, without those of the seed. */
  async newOrders(): Promise<Order[]> {
    const { items } = (await this.get('/orders?limit=100')).json<{ items: Order[] }>();
    return items.filter(({ id }) => id.length > 10);
  }
}

/** The body of a checkout. */
export function checkoutOf(basketId: string): object {
  return {
    basketId,
    customer: { name: 'Ada Lovelace', email: 'ada@example.com' },
    address: { street: 'Main street 1', city: 'Delft', postalCode: '2611 AA', country: 'NL' },
  };
}

/** The fields a problem names. */
export function fieldsOf(answer: HttpAnswer): string[] {
  return answer.json<{ errors: { field: string }[] }>().errors.map(({ field }) => field);
}

function start(folder: string, { shop, issuer, clock }: Surroundings): Promise<RunningService> {
  const environment = { PORT: '0', DATA_DIR: folder, IDENTITY_ISSUER: issuer.url, ...shop.environment };
  return startService({ name: 'ordering', port: 0, module: AppModule, clock, environment });
}
