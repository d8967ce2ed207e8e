import '../src/without-runtime-warning.ts';
import { type RunningService, startService } from '@portico/shop-kit';
import { FakeClock, type HttpAnswer, httpRequest } from '@portico/testing';
import { randomBytes } from 'node:crypto';
import * as client from 'openid-client';
import { AppModule } from '../src/app.module.ts';
import { Browser } from './browser.ts';

/** A login of a client that went well. */
export type Tokens = client.TokenEndpointResponse & client.TokenEndpointResponseHelpers;

const CALLBACK = 'http://127.0.0.1:34567/bff/callback';

/** Identity on a free port, and what its clients do with it. */
export class RunningIdentity {
  private constructor(
    private readonly service: RunningService,
    readonly clock: FakeClock,
  ) {}

  /** @param environment beside a free port and a database in memory */
  static async start(environment: Record<string, string> = {}): Promise<RunningIdentity> {
    const clock = new FakeClock();
    const all = { PORT: '0', DATA_DIR: ':memory:', ...environment };
    return new RunningIdentity(
      await startService({ name: 'identity', port: 0, module: AppModule, clock, environment: all }),
      clock,
    );
  }

  close(): Promise<void> {
    return this.service.close();
  }

  get url(): string {
    return this.service.url;
  }

  browser(): Browser {
    return new Browser(this.url);
  }

  /** The OIDC client with an id, with signatures of ID tokens checked. */
  async client(id: string, secret: string | undefined = `${id}-secret`): Promise<client.Configuration> {
    const authentication = id === 'mobile-app' ? client.None() : client.ClientSecretBasic(secret);
    const configuration = await client.discovery(new URL(this.url), id, undefined, authentication, {
      execute: [client.allowInsecureRequests],
    });
    client.enableNonRepudiationChecks(configuration);
    return configuration;
  }

  /** Code flow with PKCE, state and nonce through the login page. */
  async logIn(
    username: string,
    { id = 'web-bff', browser = this.browser(), parameters = {} }: LogInOptions = {},
  ): Promise<Tokens> {
    const configuration = await this.client(id);
    const [state, nonce] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const redirectUri = id === 'mobile-app' ? CALLBACK.replace('/bff', '') : CALLBACK;
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: 'openid profile email',
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      ...parameters,
    });
    return client.authorizationCodeGrant(configuration, await browser.logIn(url, username), {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier,
    });
  }

  /** Changes one of access token to ordering. */
  async exchange(id: string, token: string, parameters: Record<string, string> = {}): Promise<Tokens> {
    return client.genericGrantRequest(await this.client(id), 'urn:ietf:params:oauth:grant-type:token-exchange', {
      subject_token: token,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      audience: 'ordering',
      scope: 'ordering',
      ...parameters,
    });
  }

  async introspect(id: string, token: string): Promise<client.IntrospectionResponse> {
    return client.tokenIntrospection(await this.client(id), token);
  }

  async refresh(id: string, token: string | undefined): Promise<Tokens> {
    return client.refreshTokenGrant(await this.client(id), token ?? '');
  }

  admin(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<HttpAnswer> {
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const text = body === undefined ? '' : JSON.stringify(body);
    return httpRequest(`${this.url}/admin${path}`, { method, headers: { ...type, ...headers }, body: text });
  }
}

/** How a test logs in. */
export interface LogInOptions {
  /** Client; default web-bff. */
  readonly id?: string;
  /** Default: a new one, without cookies. */
  readonly browser?: Browser;
  /** More parameters of the authorization request. */
  readonly parameters?: Record<string, string>;
}

/** The error of OAuth that an action ends with. */
export async function oauthError(action: Promise<unknown>): Promise<string> {
  try {
    await action;
    return 'none';
  } catch (error) {
    if (error instanceof client.ResponseBodyError || error instanceof client.AuthorizationResponseError)
      return error.error;
    throw error;
  }
}
