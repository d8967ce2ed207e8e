import { randomBytes } from 'node:crypto';
import { Controller } from '@nestjs/common';
import { Endpoint, type EndpointInput, Problem, ServiceSettings } from '@portico/shop-kit';
import { z } from 'zod';
import { adoptionSchema, type Basket, basketSchema, presentBasket } from './basket.ts';
import { type CustomerCall, CustomerBasketRepository } from './customer-basket.repository.ts';

/** The user, as the gateway tells it. */
const USER_HEADER = 'x-user-id';

const userHeaders = z.object({
  [USER_HEADER]: z
    .string()
    .optional()
    .describe('the user; set by the gateway, which takes it away from what clients send'),
});

type UserHeaders = z.output<typeof userHeaders>;

/**
 * The basket of a customer. Who that is stands in `x-user-id`: this service trusts its network, in which only a gateway can reach it, and
 * the gateway never passes on such a field of a client.
 */
@Controller()
export class CustomerBasketController {
  constructor(
    private readonly settings: ServiceSettings,
    private readonly baskets: CustomerBasketRepository,
  ) {}

  @Endpoint({
    method: 'GET',
    path: '/customers/me/basket',
    summary: "The customer's basket; an empty one when there was none",
    headers: userHeaders,
    answer: basketSchema,
    problems: [401],
  })
  async mine({ headers }: EndpointInput<{ headers: typeof userHeaders }>): Promise<Basket> {
    return presentBasket(await this.baskets.open(this.#callOf(headers)));
  }

  @Endpoint({
    method: 'POST',
    path: '/customers/me/basket',
    summary: "Puts a guest's basket into the customer's and removes it; may be repeated",
    headers: userHeaders,
    body: adoptionSchema,
    answer: basketSchema,
    problems: [401],
  })
  async adopt({
    headers,
    body,
  }: EndpointInput<{ headers: typeof userHeaders; body: typeof adoptionSchema }>): Promise<Basket> {
    return presentBasket(await this.baskets.adopt(this.#callOf(headers), body.basketId));
  }

  #callOf(headers: UserHeaders): CustomerCall {
    const newId = randomBytes(16).toString('base64url');
    return { customer: customerOf(headers), newId, now: this.settings.clock.epoch() };
  }
}

/** A field that came twice is joined by a comma, so a user has none: of two users neither is believed. */
function customerOf({ [USER_HEADER]: user = '' }: UserHeaders): string {
  if (/^[\x21-\x2b\x2d-\x7e]{1,255}$/.test(user)) return user;
  throw new Problem(401, 'Nobody is signed in.', undefined, { 'www-authenticate': 'Gateway realm="basket"' });
}
