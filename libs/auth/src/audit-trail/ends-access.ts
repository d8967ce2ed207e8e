/** What an endpoint that ends access says of itself. */
export interface EndsAccessOptions {
  /** Whether a success proves who called, although the guard lets everybody in: a signed logout token does. Default false. */
  readonly provesCaller?: boolean;
}

const ENDS_ACCESS = Symbol('portico.ends-access');

/**
 * Marks a method of a controller that takes access away: a logout, the end of sessions. It never waits for the audit trail, and is carried
 * out when the trail cannot be written; its record follows.
 */
export function EndsAccess({ provesCaller = false }: EndsAccessOptions = {}): MethodDecorator {
  return (_prototype, _name, { value }: PropertyDescriptor) => {
    Reflect.defineMetadata(ENDS_ACCESS, { provesCaller }, value as object);
  };
}

/** What `@EndsAccess()` says of a handler; undefined for one that is not marked. */
export function endsAccessOf(handler: object): Required<EndsAccessOptions> | undefined {
  return Reflect.getMetadata(ENDS_ACCESS, handler) as Required<EndsAccessOptions> | undefined;
}
