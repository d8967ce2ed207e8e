import { addressError, readQuery } from '../source-address.ts';

/** The service whose instances are looked for, as in `kubernetes://catalog.shop:http`. */
export interface KubernetesAddress {
  readonly service: string;
  readonly namespace: string;
  /** Name or number of the pods' port (the Service's own may have another number); undefined: they have only one. */
  readonly port: string | undefined;
  /** How the instances are spoken to. */
  readonly protocol: 'http' | 'https';
}

/** RFC 1123 label: what names of services, namespaces and ports are. */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** Host, port and the rest: `URL` reads no port that has a name. */
const PARTS = /^([a-z]+:\/\/[^/?#:]*)(?::([^/?#]*))?(.*)$/is;

/**
 * Takes the address of a service apart.
 *
 * @throws ConfigError listing all that is wrong with it
 */
export function readKubernetesAddress(address: string, upstream: string): KubernetesAddress {
  const [base, port, rest] = PARTS.exec(address)?.slice(1) ?? [];
  if (!URL.canParse(`${base}${rest}`))
    throw addressError(upstream, ['must be like kubernetes://service.namespace:port']);
  const url = new URL(`${base}${rest}`);
  const [service = '', namespace = ''] = url.hostname.split('.');
  const problems = problemsOf(url.hostname, port);
  const { scheme } = readQuery(url, {}, { upstream, problems });
  return { service, namespace, port, protocol: scheme };
}

function problemsOf(host: string, port: string | undefined): string[] {
  const problems = [];
  const names = host.split('.');
  if (names.length !== 2 || !names.every((name) => LABEL.test(name))) {
    problems.push('must name a service and its namespace in lower case, like kubernetes://catalog.shop');
  }
  if (port !== undefined && !LABEL.test(port)) {
    problems.push("must have the pods' port after the colon, its name or its number");
  }
  return problems;
}
