import { randomBytes } from 'node:crypto';
import { Controller } from '@nestjs/common';
import { Endpoint, type EndpointInput, listOf, type Page, Problem } from '@portico/shop-kit';
import { z } from 'zod';
import { AccessTokens } from './access-tokens.ts';
import { addressInputSchema, MAX_ADDRESSES, type SavedAddress, savedAddressSchema } from './address.ts';
import { AddressRepository } from './address.repository.ts';
import { tokenHeaders } from './token-headers.ts';

const addressParams = z.object({ id: z.string().min(1).max(100) });

interface Call {
  headers: typeof tokenHeaders;
}
type One = Call & { params: typeof addressParams };
type Write = Call & { body: typeof addressInputSchema };

/** The addresses that a customer keeps, at most 20. */
@Controller()
export class AddressController {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly addresses: AddressRepository,
  ) {}

  @Endpoint({
    method: 'GET',
    path: '/customers/me/addresses',
    summary: "The customer's addresses, the oldest first; all of them",
    headers: tokenHeaders,
    answer: listOf(savedAddressSchema),
    problems: [401, 503],
  })
  async list({ headers }: EndpointInput<Call>): Promise<Page<SavedAddress>> {
    const customer = await this.tokens.customerOf(headers.authorization);
    return { items: await this.addresses.list(customer), next: null };
  }

  @Endpoint({
    method: 'POST',
    path: '/customers/me/addresses',
    summary: 'Keeps an address; 20 at most',
    status: 201,
    headers: tokenHeaders,
    body: addressInputSchema,
    answer: savedAddressSchema,
    problems: [401, 409, 503],
  })
  async add({ headers, body }: EndpointInput<Write>): Promise<SavedAddress> {
    const customer = await this.tokens.customerOf(headers.authorization);
    const address = { id: `a-${randomBytes(16).toString('base64url')}`, ...body };
    if (await this.addresses.add(customer, address)) return address;
    throw new Problem(409, `At most ${MAX_ADDRESSES} addresses can be kept.`);
  }

  @Endpoint({
    method: 'PUT',
    path: '/customers/me/addresses/:id',
    summary: 'Changes an address',
    headers: tokenHeaders,
    params: addressParams,
    body: addressInputSchema,
    answer: savedAddressSchema,
    problems: [401, 404, 503],
  })
  async change({ headers, params, body }: EndpointInput<One & Write>): Promise<SavedAddress> {
    const customer = await this.tokens.customerOf(headers.authorization);
    const address = { id: params.id, ...body };
    if (await this.addresses.change(customer, address)) return address;
    throw Problem.notFound('address', params.id);
  }

  @Endpoint({
    method: 'DELETE',
    path: '/customers/me/addresses/:id',
    summary: 'Removes an address; may be repeated',
    status: 204,
    headers: tokenHeaders,
    params: addressParams,
    problems: [401, 503],
  })
  async remove({ headers, params }: EndpointInput<One>): Promise<void> {
    const customer = await this.tokens.customerOf(headers.authorization);
    await this.addresses.remove(customer, params.id);
  }
}
