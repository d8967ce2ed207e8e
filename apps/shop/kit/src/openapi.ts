import { z } from 'zod';
import { type EndpointOptions, endpointOf } from './endpoint.ts';
import { problemSchema } from './problem.ts';

type Json = Record<string, unknown>;

/**
 * Writes the OpenAPI 3.1 document of a service from the endpoints of its controllers, the same data that checks the requests.
 *
 * @param name the service
 * @param controllers instances of all its controllers
 */
export function openApiDocument(name: string, controllers: readonly object[]): Json {
  const schemas: Json = {};
  const paths: Record<string, Json> = {};
  for (const endpoint of controllers.flatMap(endpointsOf)) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(endpoint, schemas) };
  }
  return { openapi: '3.1.0', info: { title: name, version: '1' }, paths, components: { schemas } };
}

function endpointsOf(controller: object): EndpointOptions[] {
  const prototype = Object.getPrototypeOf(controller) as Record<string, unknown>;
  const methods = Object.getOwnPropertyNames(prototype).map((name) => prototype[name]);
  return methods.flatMap((method) => (typeof method === 'function' ? (endpointOf(method) ?? []) : []));
}

function operation(endpoint: EndpointOptions, schemas: Json): Json {
  const parameters = [
    ...parametersOf(endpoint.params, 'path', schemas),
    ...parametersOf(endpoint.query, 'query', schemas),
    ...parametersOf(endpoint.headers, 'header', schemas),
  ];
  const body = endpoint.body && { required: true, content: jsonContent(schemaOf(endpoint.body, 'input', schemas)) };
  return {
    summary: endpoint.summary,
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: body }),
    responses: responsesOf(endpoint, schemas),
  };
}

function responsesOf(endpoint: EndpointOptions, schemas: Json): Json {
  const problem = schemaOf(problemSchema, 'output', schemas);
  const hasInput = endpoint.params ?? endpoint.query ?? endpoint.headers ?? endpoint.body;
  const failures = [...(hasInput ? [400] : []), ...(endpoint.problems ?? [])];
  return {
    [endpoint.status ?? 200]: {
      description: 'Success',
      ...(endpoint.answer && { content: contentOf(endpoint, schemas) }),
    },
    ...(endpoint.cacheControl && { 304: { description: 'Not modified' } }),
    ...Object.fromEntries(failures.map((status) => [status, problemResponse(problem)])),
    default: problemResponse(problem),
  };
}

function contentOf({ answer, contentType = 'application/json' }: EndpointOptions, schemas: Json): Json {
  return { [contentType]: { schema: answer && schemaOf(answer, 'output', schemas) } };
}

const problemResponse = (schema: unknown): Json => ({
  description: 'Problem',
  content: { 'application/problem+json': { schema } },
});

const jsonContent = (schema: unknown): Json => ({ 'application/json': { schema } });

function parametersOf(object: z.ZodObject | undefined, place: 'path' | 'query' | 'header', schemas: Json): Json[] {
  return Object.entries(object?.shape ?? {}).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path' || !z.safeParse(field, undefined).success,
    schema: schemaOf(field as z.ZodType, 'input', schemas),
  }));
}

/** A zod schema as JSON Schema; named parts (`.meta({ id })`) go to the components and leave a reference. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', schemas: Json): unknown {
  const wrapped = z.toJSONSchema(z.object({ root: schema }), { io, unrepresentable: 'any' });
  const { $defs = {}, properties } = JSON.parse(
    JSON.stringify(wrapped).replaceAll('"#/$defs/', '"#/components/schemas/'),
  ) as { $defs?: Json; properties: Json };
  Object.assign(schemas, $defs);
  return properties['root'];
}
