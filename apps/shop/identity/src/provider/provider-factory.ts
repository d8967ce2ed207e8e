import { Injectable, Logger } from '@nestjs/common';
import { Database } from '@portico/shop-kit';
import { type Client, Provider } from 'oidc-provider';
import { AccountsService } from '../accounts/accounts.service.ts';
import { IdentitySettings } from '../identity-settings.ts';
import { isPostLogoutRedirectAllowed, isRedirectAllowed } from './clients.ts';
import { configurationOf } from './configuration.ts';
import { introspectJwts } from './introspection.ts';
import { revokeEnded, skipEmptyLogout } from './logout.ts';
import { OwnTokens } from './own-tokens.ts';
import type { ProviderKeys } from './signing-keys.ts';
import { registerTokenExchange } from './token-exchange.ts';

/** Puts oidc-provider together: its configuration, and what it does not do by itself. */
@Injectable()
export class ProviderFactory {
  readonly #logger = new Logger('IdentityProvider');

  constructor(
    private readonly database: Database,
    private readonly settings: IdentitySettings,
    private readonly accounts: AccountsService,
  ) {}

  /**
   * Makes a provider. All that it remembers is in the database, so a new one goes on where another was.
   *
   * @param url its issuer, unless `ISSUER` names another
   */
  create(url: string, keys: ProviderKeys): Provider {
    const { database, settings, accounts } = this;
    const provider = new Provider(settings.issuer ?? url, configurationOf({ settings, database, accounts, keys }));
    const tokens = new OwnTokens(provider, keys.signing, accounts);
    provider.proxy = true;
    registerTokenExchange(provider, tokens, settings.accessTokenLife);
    provider.use(skipEmptyLogout);
    provider.use(revokeEnded(database));
    provider.use(introspectJwts(tokens));
    Object.assign(provider.Client.prototype, {
      redirectUriAllowed(this: Client, uri: string) {
        return isRedirectAllowed(this, uri);
      },
      postLogoutRedirectUriAllowed(this: Client, uri: string) {
        return isPostLogoutRedirectAllowed(this, uri);
      },
    });
    provider.on('server_error', (_ctx, error) => this.#logger.error(error.stack ?? error.message));
    return provider;
  }
}
