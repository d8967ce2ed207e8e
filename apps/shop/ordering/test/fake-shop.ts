import { euros } from '@portico/shop-kit';
import {
  type Behaviour,
  type FakeUpstream,
  type RecordedRequest,
  reply,
  type Reply,
  reset,
  startFakeUpstream,
} from '@portico/testing';

/** The calls ordering makes to its siblings. */
export type Step = 'read basket' | 'reserve' | 'commit' | 'release' | 'delete basket';

/** What goes wrong with a call: it fails before anything was done, or it is done and the answer is lost. */
export type Fault = 'fails' | 'answer lost';

interface Reservation {
  state: 'held' | 'committed' | 'released';
  readonly lines: readonly { productId: string; quantity: number }[];
}

const problem = (status: number, errors?: object[]): Reply => ({
  status,
  headers: { 'content-type': 'application/problem+json' },
  body: JSON.stringify({ type: 'about:blank', title: 'Problem', status, errors }),
});

/** Basket and inventory as ordering sees them, over real sockets, with a switch for every call that may go wrong. */
export class FakeShop {
  readonly baskets = new Map<string, { productId: string; quantity: number }[]>();
  readonly stock = new Map<string, number>();
  readonly reservations = new Map<string, Reservation>();
  readonly faults = new Map<Step, Fault>();
  readonly calls: Step[] = [];

  private constructor(private readonly upstream: FakeUpstream) {
    upstream.use((request, response) => this.#act(request)(request, response));
  }

  static async start(): Promise<FakeShop> {
    return new FakeShop(await startFakeUpstream({}));
  }

  /** The settings that lead ordering here. */
  get environment(): Record<string, string> {
    return { BASKET_URL: this.upstream.url, INVENTORY_URL: this.upstream.url };
  }

  close(): Promise<void> {
    return this.upstream.close();
  }

  /** How many pieces were sold, and how many are held. */
  pieces(state: Reservation['state']): number {
    const lines = [...this.reservations.values()]
      .filter((entry) => entry.state === state)
      .flatMap(({ lines }) => lines);
    return lines.reduce((sum, { quantity }) => sum + quantity, 0);
  }

  #act(request: RecordedRequest): Behaviour {
    const step = stepOf(request);
    this.calls.push(step);
    const fault = this.faults.get(step);
    if (fault === 'fails') return reply({ status: 503 });
    const answer = this.#answer(step, request);
    return fault ? reset() : reply({ delay: 5, ...answer });
  }

  #answer(step: Step, { url, body }: RecordedRequest): Reply {
    const id = url.split('/')[2] ?? '';
    if (step === 'read basket') return this.#readBasket(id);
    if (step === 'delete basket') return this.#deleteBasket(id);
    if (step === 'reserve') return this.#reserve((JSON.parse(body.toString()) as Reservation).lines);
    return this.#end(id, step === 'commit' ? 'committed' : 'released');
  }

  #readBasket(id: string): Reply {
    const lines = this.baskets.get(id)?.map((line) => ({
      ...line,
      id: 'line',
      variantId: null,
      name: `Product ${line.productId}`,
      unitPrice: euros(1250),
      total: euros(1250 * line.quantity),
    }));
    return lines ? { json: { id, lines } } : problem(404);
  }

  #deleteBasket(id: string): Reply {
    this.baskets.delete(id);
    return { status: 204 };
  }

  #reserve(lines: Reservation['lines']): Reply {
    const short = lines.findIndex(({ productId, quantity }) => (this.stock.get(productId) ?? 0) < quantity);
    if (short >= 0) return problem(409, [{ field: `lines.${short}.quantity`, message: 'too few' }]);
    for (const { productId, quantity } of lines) this.stock.set(productId, (this.stock.get(productId) ?? 0) - quantity);
    const id = `r-${this.reservations.size + 1}`;
    this.reservations.set(id, { state: 'held', lines });
    return { status: 201, json: { id, state: 'held', lines } };
  }

  #end(id: string, state: 'committed' | 'released'): Reply {
    const reservation = this.reservations.get(id);
    if (!reservation) return problem(404);
    if (reservation.state === 'held') reservation.state = state;
    if (reservation.state !== state) return problem(409);
    return state === 'committed' ? { json: { id, state } } : { status: 204 };
  }
}

function stepOf({ method, url }: RecordedRequest): Step {
  if (url.startsWith('/baskets/')) return method === 'GET' ? 'read basket' : 'delete basket';
  if (method === 'DELETE') return 'release';
  return url.endsWith('/commit') ? 'commit' : 'reserve';
}
