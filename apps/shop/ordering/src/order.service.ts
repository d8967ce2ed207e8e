import { Injectable } from '@nestjs/common';
import { type Page, pageOf, Problem, ServiceSettings } from '@portico/shop-kit';
import type { Order, OrderSummary } from './order.ts';
import { OrderRepository } from './order.repository.ts';
import { allowedAfter, mayMove, type OrderState } from './order-states.ts';

/** Which orders to list; `cursor` holds the keys of the last one that was sent. */
export interface OrderQuery {
  readonly state?: OrderState | undefined;
  /** Those of this customer only. */
  readonly sub?: string | undefined;
  readonly limit: number;
  readonly cursor?: readonly [createdAt: number, id: string] | undefined;
}

/** Orders that were placed, and their way through the states. */
@Injectable()
export class OrderService {
  constructor(
    private readonly settings: ServiceSettings,
    private readonly orders: OrderRepository,
  ) {}

  /** One order. @throws Problem 404 when there is none */
  async one(id: string): Promise<Order> {
    const order = await this.orders.find(id);
    if (!order) throw Problem.notFound('order', id);
    return order;
  }

  /**
   * One order of one customer, or of a guest.
   *
   * @param sub the customer; undefined for an order that was placed without an account
   * @throws Problem 404 when there is none, and when it is somebody else's
   */
  async oneOf(sub: string | undefined, id: string): Promise<Order> {
    const order = await this.one(id);
    if (order.customer.sub !== sub) throw Problem.notFound('order', id);
    return order;
  }

  /** A page of orders, newest first. */
  async list({ state, sub, limit, cursor }: OrderQuery): Promise<Page<Order>> {
    const orders = await this.orders.list({ state, sub, after: cursor, count: limit + 1 });
    return pageOf(orders, limit, ({ createdAt, id }) => [Date.parse(createdAt), id]);
  }

  /** Counts by state, and what the orders earn. */
  summary(): Promise<OrderSummary> {
    return this.orders.summary();
  }

  /** Moves an order to another state. @throws Problem 404, or 409 naming the states it may be moved to */
  async move(id: string, to: OrderState): Promise<Order> {
    const { state } = await this.one(id);
    const moved = mayMove(state, to) && (await this.orders.move(id, state, to, this.settings.clock.epoch()));
    const order = await this.one(id);
    if (!moved) throw notAllowed(order.state, to);
    return order;
  }
}

function notAllowed(from: OrderState, to: OrderState): Problem {
  const allowed = allowedAfter(from).join(' or ') || 'no other state';
  const message = `is not allowed; the order is ${from} and may be moved to: ${allowed}`;
  return new Problem(409, `The order cannot be moved from ${from} to ${to}.`, [{ field: 'to', message }]);
}
