import { Controller } from '@nestjs/common';
import { Endpoint, type EndpointInput, listOf, type Page } from '@portico/shop-kit';
import { z } from 'zod';
import { CheckoutService } from './checkout.service.ts';
import { checkoutSchema, type Order, orderSchema, type OrderSummary, summarySchema } from './order.ts';
import { checkoutHeaders, orderParams, pageQuery } from './order.inputs.ts';
import { OrderService } from './order.service.ts';
import { orderStates } from './order-states.ts';

const listQuery = pageQuery.extend({ state: z.enum(orderStates).optional() });

const transitionSchema = z.strictObject({ to: z.enum(orderStates) });

/** Checkout, orders and their states. */
@Controller()
export class OrderController {
  constructor(
    private readonly orders: OrderService,
    private readonly checkout: CheckoutService,
  ) {}

  @Endpoint({
    method: 'POST',
    path: '/orders',
    summary: 'Orders what is in a basket; the same key and body gives the same answer again',
    status: 201,
    headers: checkoutHeaders,
    body: checkoutSchema,
    answer: orderSchema,
    problems: [409, 422, 502, 503],
  })
  place({
    headers,
    body,
  }: EndpointInput<{ headers: typeof checkoutHeaders; body: typeof checkoutSchema }>): Promise<Order> {
    return this.checkout.place(headers['idempotency-key'], body);
  }

  @Endpoint({
    method: 'GET',
    path: '/orders',
    summary: 'Orders, newest first',
    query: listQuery,
    answer: listOf(orderSchema),
  })
  list({ query }: EndpointInput<{ query: typeof listQuery }>): Promise<Page<Order>> {
    return this.orders.list(query);
  }

  @Endpoint({
    method: 'GET',
    path: '/orders/summary',
    summary: 'How many orders are in each state, and what they earn',
    answer: summarySchema,
  })
  summary(): Promise<OrderSummary> {
    return this.orders.summary();
  }

  @Endpoint({
    method: 'GET',
    path: '/orders/:id',
    summary: 'One order',
    params: orderParams,
    answer: orderSchema,
    problems: [404],
  })
  one({ params }: EndpointInput<{ params: typeof orderParams }>): Promise<Order> {
    return this.orders.one(params.id);
  }

  @Endpoint({
    method: 'GET',
    path: '/guests/orders/:id',
    summary: 'One order that was placed without an account; who knows its id may see it',
    params: orderParams,
    answer: orderSchema,
    problems: [404],
  })
  oneOfGuest({ params }: EndpointInput<{ params: typeof orderParams }>): Promise<Order> {
    return this.orders.oneOf(undefined, params.id);
  }

  @Endpoint({
    method: 'POST',
    path: '/orders/:id/transitions',
    summary: 'Moves an order to another state',
    params: orderParams,
    body: transitionSchema,
    answer: orderSchema,
    problems: [404, 409],
  })
  move({ params, body }: EndpointInput<{ params: typeof orderParams; body: typeof transitionSchema }>): Promise<Order> {
    return this.orders.move(params.id, body.to);
  }
}
