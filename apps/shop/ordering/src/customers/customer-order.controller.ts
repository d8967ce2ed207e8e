import { Controller } from '@nestjs/common';
import { Endpoint, type EndpointInput, listOf, type Page } from '@portico/shop-kit';
import { CheckoutService } from '../checkout.service.ts';
import { checkoutHeaders, orderParams, pageQuery } from '../order.inputs.ts';
import { OrderService } from '../order.service.ts';
import { checkoutSchema, type Order, orderSchema } from '../order.ts';
import { AccessTokens } from './access-tokens.ts';
import { tokenHeaders } from './token-headers.ts';

const placeHeaders = checkoutHeaders.extend(tokenHeaders.shape);

/** The orders of the customer whose access token comes along. */
@Controller()
export class CustomerOrderController {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly orders: OrderService,
    private readonly checkout: CheckoutService,
  ) {}

  @Endpoint({
    method: 'GET',
    path: '/customers/me/orders',
    summary: "The customer's orders, newest first",
    headers: tokenHeaders,
    query: pageQuery,
    answer: listOf(orderSchema),
    problems: [401, 503],
  })
  async list({
    headers,
    query,
  }: EndpointInput<{ headers: typeof tokenHeaders; query: typeof pageQuery }>): Promise<Page<Order>> {
    const sub = await this.tokens.customerOf(headers.authorization);
    return this.orders.list({ ...query, sub });
  }

  @Endpoint({
    method: 'GET',
    path: '/customers/me/orders/:id',
    summary: "One of the customer's orders",
    headers: tokenHeaders,
    params: orderParams,
    answer: orderSchema,
    problems: [401, 404, 503],
  })
  async one({
    headers,
    params,
  }: EndpointInput<{ headers: typeof tokenHeaders; params: typeof orderParams }>): Promise<Order> {
    const sub = await this.tokens.customerOf(headers.authorization);
    return this.orders.oneOf(sub, params.id);
  }

  @Endpoint({
    method: 'POST',
    path: '/customers/me/orders',
    summary:
      'Orders what is in a basket, for the customer; the same key and body of the same customer gives the same answer',
    status: 201,
    headers: placeHeaders,
    body: checkoutSchema,
    answer: orderSchema,
    problems: [401, 409, 422, 502, 503],
  })
  async place({
    headers,
    body,
  }: EndpointInput<{ headers: typeof placeHeaders; body: typeof checkoutSchema }>): Promise<Order> {
    const sub = await this.tokens.customerOf(headers.authorization);
    return this.checkout.place(headers['idempotency-key'], body, sub);
  }
}
