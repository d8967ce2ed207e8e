import { createRequire } from 'node:module';
import type { FastifyServerOptions } from 'fastify';

type Compilers = Required<NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>>;
type Build<Compile> = (...given: unknown[]) => Compile;
type CompileValidator = (route: { readonly httpPart?: string; readonly schema: unknown }) => unknown;

const own = createRequire(import.meta.url);

/**
 * Fastify's compilers of JSON Schemas, read when the first route has a schema: rows and most controllers have none, and 450 files
 * would be read for nothing. Fastify takes them for somebody else's, for which it does not put names of header fields into lower
 * case: a schema with capitals stops the start.
 */
export const schemaCompilers = {
  buildValidator: (...given): CompileValidator => {
    const compile = builderOf<CompileValidator>('@fastify/ajv-compiler')(...given);
    return (route) => {
      if (route.httpPart === 'headers') refuseCapitals(route.schema);
      return compile(route);
    };
  },
  buildSerializer: (...given) => builderOf('@fastify/fast-json-stringify-compiler')(...given),
} satisfies Record<keyof Compilers, Build<unknown>> as unknown as Compilers;

/** Of the copy that Fastify itself would read. */
function builderOf<Compile>(name: string): Build<Compile> {
  const select = createRequire(own.resolve('fastify'))(name) as () => Build<Compile>;
  return select();
}

function refuseCapitals(schema: unknown): void {
  const { properties = {}, required = [] } = schema as { properties?: object; required?: readonly string[] };
  const name = [...Object.keys(properties), ...required].find((one) => one !== one.toLowerCase());
  if (name !== undefined) throw new Error(`write the header field "${name}" of the schema in lower case`);
}
