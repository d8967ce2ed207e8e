import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { BlockList, isIP } from 'node:net';
import { ConfigError, loadConfig } from '@portico/core';
import { z } from 'zod';

/** How the API server is reached and trusted, and who asks. */
export interface KubernetesSettings {
  /** Without a slash at the end. */
  readonly url: string;
  /** The only authority that may have signed the API server's certificate; undefined for plain HTTP on loopback. */
  readonly caFile: string | undefined;
  /** Undefined: read from `tokenFile`. */
  readonly token: string | undefined;
  /** Undefined together with `token`: none is sent, as to `kubectl proxy`. */
  readonly tokenFile: string | undefined;
}

/** Where Kubernetes puts a pod's credentials. */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const TOKEN = /^[\x21-\x7e]+$/;
const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

const URL_SETTING = z
  .string()
  .refine((text) => problemOf(text) === undefined, { error: ({ input }) => problemOf(String(input)) ?? '' })
  .default('https://kubernetes.default.svc');

/**
 * Reads `KUBERNETES_URL`, `KUBERNETES_CA`, `KUBERNETES_TOKEN` and `KUBERNETES_TOKEN_FILE`; what is not set is as a pod finds it.
 *
 * @throws ConfigError listing every variable that does not fit, and files that cannot be read
 */
export function readKubernetesSettings(environment?: Readonly<Record<string, string | undefined>>): KubernetesSettings {
  const shape = {
    KUBERNETES_URL: URL_SETTING,
    KUBERNETES_CA: z.string().optional(),
    KUBERNETES_TOKEN: z.string().regex(TOKEN, 'must be printable ASCII without blanks').optional(),
    KUBERNETES_TOKEN_FILE: z.string().optional(),
  };
  const read = loadConfig(shape, environment);
  const secure = read.KUBERNETES_URL.startsWith('https:');
  const url = read.KUBERNETES_URL.replace(/\/+$/, '');
  const caFile = secure ? (read.KUBERNETES_CA ?? `${SERVICE_ACCOUNT}/ca.crt`) : undefined;
  const token = read.KUBERNETES_TOKEN;
  const fallback = token === undefined && secure ? `${SERVICE_ACCOUNT}/token` : undefined;
  const tokenFile = read.KUBERNETES_TOKEN_FILE ?? fallback;
  const problems = [
    ...(token !== undefined && tokenFile !== undefined
      ? ['KUBERNETES_TOKEN: KUBERNETES_TOKEN_FILE is set too; leave one of them out']
      : []),
    ...problemsWith('KUBERNETES_CA', caFile, checkCertificate),
    ...problemsWith('KUBERNETES_TOKEN_FILE', tokenFile, checkToken),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  return { url, caFile, token, tokenFile };
}

/** The authority's certificate as it is now, for it may be exchanged. @throws Error when there is none in the file */
export async function readCa({ caFile }: KubernetesSettings): Promise<string | undefined> {
  return caFile === undefined ? undefined : checkCertificate(await readFile(caFile, 'utf8'));
}

/** The token as it is now: Kubernetes writes a new one every hour or so. @throws Error when there is none in the file */
export async function readToken({ token, tokenFile }: KubernetesSettings): Promise<string | undefined> {
  return tokenFile === undefined ? token : checkToken(await readFile(tokenFile, 'utf8'));
}

/** An empty file would make Node trust every public authority. */
function checkCertificate(content: string): string {
  try {
    new X509Certificate(content);
  } catch {
    throw new Error('holds no certificate in PEM');
  }
  return content;
}

function checkToken(content: string): string {
  const token = content.trim();
  if (!TOKEN.test(token)) throw new Error('holds no token');
  return token;
}

function problemsWith(variable: string, file: string | undefined, check: (content: string) => unknown): string[] {
  if (file === undefined) return [];
  try {
    check(readFileSync(file, 'utf8'));
    return [];
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return [`${variable}: the file ${file} ${code === undefined ? message : `cannot be read (${code})`}`];
  }
}

function problemOf(text: string): string | undefined {
  if (!URL.canParse(text)) return 'must be an absolute URL, like https://kubernetes.default.svc';
  const { protocol, hostname, username, password } = new URL(text);
  if (username || password) return 'must not hold a user or password; set KUBERNETES_TOKEN_FILE';
  if (/[?#]/.test(text)) return 'must not have a query or fragment';
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))) return undefined;
  return 'must start with https://, for the token goes there (http:// is for loopback addresses only)';
}

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  return family === 0 ? host === 'localhost' : LOOPBACK.check(host, family === 6 ? 'ipv6' : 'ipv4');
}
