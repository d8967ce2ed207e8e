import type { Instance } from '@portico/discovery';

/** The origin that an instance is called by (RFC 6454): its name if it has one, else its address; `http://10.0.0.7:4001`. */
export function originOf({ protocol, host, port, serverName = host }: Instance): string {
  return toOrigin(protocol, serverName.replace(/\.$/, ''), port);
}

/** Every origin that an instance may call itself in a redirect: by address and by name. */
export function originsOf(instance: Instance): readonly string[] {
  const { protocol, host, port } = instance;
  const byName = originOf(instance);
  const byAddress = toOrigin(protocol, host, port);
  return byName === byAddress ? [byName] : [byName, byAddress];
}

/** Normalised as `URL.origin` is: lower case, no default port. */
function toOrigin(protocol: string, host: string, port: number): string {
  return new URL(`${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`).origin;
}
