import { HttpCode, Req, RequestMapping, RequestMethod, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { readInput } from './read-input.ts';
import { writeAnswer } from './write-answer.ts';

/** The schemas an endpoint may have; each part of the request without one is not looked at and not passed on. */
export interface EndpointSchemas {
  params?: z.ZodObject;
  query?: z.ZodObject;
  /** Request headers, by lower-case name. */
  headers?: z.ZodObject;
  body?: z.ZodType;
}

/** All there is to know of an endpoint: Nest routes by it, requests are checked by it, and `/openapi.json` is written from it. */
export interface EndpointOptions extends EndpointSchemas {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with `:name` parameters, each of which `params` describes. */
  path: string;
  /** One short sentence for the document. */
  summary: string;
  /** Status of success; default 200. */
  status?: number;
  /** What a success answers; without it the answer has no body. */
  answer?: z.ZodType;
  /** Media type of the answer; default `application/json`. Of any other the answer is a string, sent as it is. */
  contentType?: string;
  /** `Cache-Control` of a success; with it the answer carries a strong `ETag`, and `If-None-Match` gives 304. */
  cacheControl?: string;
  /** Statuses the endpoint fails with, beside 400 for bad input. */
  problems?: readonly number[];
}

type Output<S> = S extends z.ZodType ? z.output<S> : undefined;

/** What the method of an endpoint is given: the parsed parts of the request. */
export interface EndpointInput<E extends EndpointSchemas> {
  params: Output<E['params']>;
  query: Output<E['query']>;
  headers: Output<E['headers']>;
  body: Output<E['body']>;
}

type Answer<E extends EndpointOptions> = E['answer'] extends z.ZodType ? z.input<E['answer']> : void;
type EndpointMethod<E extends EndpointOptions> = (input: EndpointInput<E>) => Promise<Answer<E>> | Answer<E>;

const declared = new WeakMap<object, EndpointOptions>();

/** The options of a method that {@link Endpoint} decorates. */
export const endpointOf = (method: object): EndpointOptions | undefined => declared.get(method);

/**
 * Makes a controller's method an HTTP endpoint. The method is given the parsed request and returns the answer's body; the compiler checks
 * both against the schemas. Bad input never reaches it: that is a 400 with the fields at fault.
 */
export function Endpoint<const E extends EndpointOptions>(options: E) {
  return <M extends EndpointMethod<E>>(target: object, key: string, descriptor: TypedPropertyDescriptor<M>): void => {
    const method = descriptor.value as EndpointMethod<E>;
    const route = async function (this: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> {
      const input = readInput(options, request) as unknown as EndpointInput<E>;
      writeAnswer(options, request, reply, await method.call(this, input));
    };
    declared.set(route, options);
    descriptor.value = route as unknown as M;
    RequestMapping({ path: options.path, method: RequestMethod[options.method] })(target, key, descriptor);
    HttpCode(options.status ?? 200)(target, key, descriptor);
    Req()(target, key, 0);
    Res()(target, key, 1);
  };
}
