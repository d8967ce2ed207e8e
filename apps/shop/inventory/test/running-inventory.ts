import { type RunningService, startService } from '@portico/shop-kit';
import { FakeClock, type HttpAnswer, httpRequest } from '@portico/testing';
import { AppModule } from '../src/app.module.ts';
import type { ReservationLine, Stock } from '../src/inventory.schemas.ts';

/** Inventory on a free port with a database in memory, and the calls its tests make. */
export class RunningInventory {
  private constructor(
    private readonly service: RunningService,
    readonly clock: FakeClock,
  ) {}

  static async start(): Promise<RunningInventory> {
    const clock = new FakeClock();
    const environment = { PORT: '0', DATA_DIR: ':memory:' };
    const service = await startService({ name: 'inventory', port: 0, module: AppModule, clock, environment });
    return new RunningInventory(service, clock);
  }

  close(): Promise<void> {
    return this.service.close();
  }

  get(path: string): Promise<HttpAnswer> {
    return httpRequest(this.service.url + path);
  }

  send(method: string, path: string, body?: unknown): Promise<HttpAnswer> {
    const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    return httpRequest(this.service.url + path, { method, headers, body: JSON.stringify(body) ?? '' });
  }

  reserve(...lines: ReservationLine[]): Promise<HttpAnswer> {
    return this.send('POST', '/reservations', { lines });
  }

  async stockOf(productId: string): Promise<Stock> {
    return (await this.get(`/stock/${productId}`)).json<Stock>();
  }

  /** Sets the pieces of a product, warehouse by warehouse in the order of their ids. */
  async setStock(productId: string, ...pieces: number[]): Promise<void> {
    const { warehouses } = await this.stockOf(productId);
    for (const [index, { id, available }] of warehouses.entries()) {
      const body = { warehouseId: id, delta: (pieces[index] ?? 0) - available, reason: 'counted' };
      if (body.delta !== 0) await this.send('POST', `/stock/${productId}/adjustments`, body);
    }
  }
}

/** The fields a problem names. */
export function fieldsOf(answer: HttpAnswer): string[] {
  return answer.json<{ errors: { field: string }[] }>().errors.map(({ field }) => field);
}
