import { ServiceSettings } from '@portico/shop-kit';
import { ConfigError } from '@portico/core';
import { z } from 'zod';

const seconds = (most: number) => z.coerce.number().int().min(1).max(most);
const url = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ''));

/** Clients that prove who they are with a secret. */
export const CONFIDENTIAL_CLIENTS = ['web-bff', 'admin-bff', 'portico-api', 'ordering', 'reports'] as const;

/** See {@link CONFIDENTIAL_CLIENTS}. */
export type ConfidentialClient = (typeof CONFIDENTIAL_CLIENTS)[number];

/** What identity reads from its environment. */
export class IdentitySettings {
  /** Default: `http://127.0.0.1:<port>`. */
  readonly issuer: string | undefined;
  /** Whether only this machine reaches the issuer. */
  readonly isLocal: boolean;
  /** Seconds that an access token lives. */
  readonly accessTokenLife: number;
  /** Seconds that a login, its refresh tokens and the session of the browser live. */
  readonly sessionLife: number;
  /** Origins of the BFFs: their callbacks, and where back-channel logout is posted. */
  readonly bffUrls: Readonly<Record<'web-bff' | 'admin-bff', string>>;
  /** Whether alice, bob, sam and mia exist and are named on the login page. */
  readonly testUsers: boolean;
  readonly #secrets: ReadonlyMap<ConfidentialClient, string>;

  /** @throws ConfigError naming every setting that is wrong, or missing for an issuer that is not on loopback */
  constructor(settings: ServiceSettings) {
    const read = settings.read({
      ISSUER: url.optional(),
      ACCESS_TOKEN_LIFE: seconds(3600).default(300),
      SESSION_LIFE: seconds(2_592_000).default(43_200),
      WEB_BFF_URL: url.default('http://127.0.0.1:3000'),
      ADMIN_BFF_URL: url.default('http://127.0.0.1:3002'),
      TEST_USERS: z.enum(['on', 'off']).optional(),
    });
    this.isLocal = read.ISSUER === undefined || isLoopback(new URL(read.ISSUER).hostname);
    this.issuer = read.ISSUER;
    this.accessTokenLife = read.ACCESS_TOKEN_LIFE;
    this.sessionLife = read.SESSION_LIFE;
    this.bffUrls = { 'web-bff': read.WEB_BFF_URL, 'admin-bff': read.ADMIN_BFF_URL };
    this.testUsers = (read.TEST_USERS ?? (this.isLocal ? 'on' : 'off')) === 'on';
    this.#secrets = readSecrets(settings, this.isLocal);
  }

  /** The secret of a client. */
  secretOf(client: ConfidentialClient): string {
    return this.#secrets.get(client) ?? '';
  }
}

/** Is it a name or address of this machine alone? */
export const isLoopback = (hostname: string): boolean => ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);

function readSecrets(settings: ServiceSettings, local: boolean): ReadonlyMap<ConfidentialClient, string> {
  const names = CONFIDENTIAL_CLIENTS.map((client) => [client, variableOf(client)] as const);
  const schema = z.string().min(10).max(200).optional();
  const read = settings.read(Object.fromEntries(names.map(([, variable]) => [variable, schema])));
  const missing = local ? [] : names.filter(([, variable]) => read[variable] === undefined);
  if (missing.length > 0) {
    const why = 'is needed when ISSUER is not on loopback; set the secret of the client';
    throw new ConfigError(missing.map(([client, variable]) => `${variable}: ${why} ${client}`));
  }
  return new Map(names.map(([client, variable]) => [client, read[variable] ?? `${client}-secret`]));
}

const variableOf = (client: string): string => `${client.replace('-', '_').toUpperCase()}_SECRET`;
