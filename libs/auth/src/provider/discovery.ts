import { type Clock, systemClock } from '@portico/core';
import {
  allowInsecureRequests,
  type ClientAuth,
  clockTolerance,
  type Configuration,
  customFetch,
  discovery,
  type CustomFetch,
} from 'openid-client';
import { isSecure, ProviderFault } from './bounded-fetch.ts';
import { clientAuthentication } from './client-authentication.ts';
import { unavailable } from './provider-error.ts';
import { tellReplaced } from './replaced-failure.ts';
import type { ProviderSettings } from './provider-settings.ts';

const DEFAULT_COOL_DOWN = 5_000;
const DEFAULT_METADATA_AGE = 6 * 3_600_000;
const DEFAULT_CLOCK_SKEW = 5;

/**
 * The provider's metadata (OpenID Connect Discovery 1.0), read when it is first needed: once however many ask, again after
 * some hours while the old stays in use, and not more often than every `coolDown` while the provider does not answer.
 */
export class Discovery {
  private readonly clock: Clock;
  private readonly coolDown: number;
  private readonly maxAge: number;
  private found: { readonly configuration: Configuration; readonly at: number } | undefined;
  private pending: Promise<Configuration> | undefined;
  private failed: { readonly error: Error; readonly at: number } | undefined;
  private authentication: Promise<ClientAuth> | undefined;

  constructor(
    private readonly settings: ProviderSettings,
    private readonly fetch: CustomFetch,
  ) {
    this.clock = settings.clock ?? systemClock;
    this.coolDown = settings.coolDown ?? DEFAULT_COOL_DOWN;
    this.maxAge = settings.metadataAge ?? DEFAULT_METADATA_AGE;
  }

  /** @throws BffError `identity-provider-unavailable` */
  async get(): Promise<Configuration> {
    const { found, failed } = this;
    const now = this.clock.now();
    const isCoolingDown = failed !== undefined && now - failed.at < this.coolDown;
    if (found) {
      // Old metadata serves until there is newer: nobody waits for it, and its failure is nobody's failure.
      if (now - found.at >= this.maxAge && !isCoolingDown) {
        this.look().catch((error: unknown) => tellReplaced('new metadata (the old stays in use)', error));
      }
      return found.configuration;
    }
    if (isCoolingDown && !this.pending) throw unavailable(failed.error);
    return this.look();
  }

  private look(): Promise<Configuration> {
    return (this.pending ??= this.discover()
      .then(
        (configuration) => {
          this.found = { configuration, at: this.clock.now() };
          this.failed = undefined;
          return configuration;
        },
        (error: unknown) => {
          const told = unavailable(error, 'metadata');
          this.failed = { error: told, at: this.clock.now() };
          throw told;
        },
      )
      .finally(() => (this.pending = undefined)));
  }

  private async discover(): Promise<Configuration> {
    const { issuer, clientId, clockSkew = DEFAULT_CLOCK_SKEW } = this.settings;
    this.authentication ??= clientAuthentication(this.settings);
    const metadata = { [clockTolerance]: clockSkew };
    const configuration = await discovery(new URL(issuer), clientId, metadata, await this.authentication, {
      [customFetch]: this.fetch,
      execute: new URL(issuer).protocol === 'http:' ? [allowInsecureRequests] : [],
    });
    checkMetadata(configuration, issuer);
    return configuration;
  }
}

/** What openid-client leaves open: the issuer to the character, since principals are named after it, and what every login needs. */
function checkMetadata(configuration: Configuration, issuer: string): void {
  const server = configuration.serverMetadata();
  if (server.issuer !== issuer)
    throw new ProviderFault(
      `its metadata is that of the issuer ${JSON.stringify(server.issuer)}, not ${JSON.stringify(issuer)}`,
    );
  const { authorization_endpoint, token_endpoint, jwks_uri } = server;
  for (const address of [authorization_endpoint, token_endpoint, jwks_uri]) {
    const isThere = typeof address === 'string' && URL.canParse(address);
    if (!isThere || !isSecure(new URL(address))) throw new ProviderFault('its metadata lacks a usable endpoint');
  }
}
