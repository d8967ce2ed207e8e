import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, ServerProcess } from './server-process.ts';

/** The whole shop on free ports, with data of its own that is deleted at the end. */
export class ShopSystem {
  readonly #servers: ServerProcess[] = [];
  #data = '';

  /**
   * Starts the services, the identity provider and the BFFs in front of them.
   *
   * @param bffs names of the BFFs; default the web BFF alone
   */
  async start(bffs: readonly string[] = ['web-bff']): Promise<void> {
    process.once('exit', () => this.#servers.forEach((server) => server.kill()));
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
    this.#data = await mkdtemp(join(tmpdir(), 'portico-e2e-'));
    const [catalog, inventory, reviews] = await Promise.all(
      ['catalog', 'inventory', 'reviews'].map((name) => this.#service(name, {})),
    );
    const known = { CATALOG_URL: catalog!.url, INVENTORY_URL: inventory!.url, REVIEWS_URL: reviews!.url };
    const basket = await this.#service('basket', known);
    const ports = new Map(await Promise.all(bffs.map(async (name) => [name, await freePort()] as const)));
    const urlOf = (bff: string): string => `http://127.0.0.1:${ports.get(bff) ?? 9}`;
    const identity = await this.#service('identity', {
      WEB_BFF_URL: urlOf('web-bff'),
      ADMIN_BFF_URL: urlOf('admin-bff'),
    });
    const ordering = await this.#service('ordering', {
      ...known,
      BASKET_URL: basket.url,
      IDENTITY_ISSUER: identity.url,
    });
    const all = {
      ...known,
      BASKET_URL: basket.url,
      ORDERING_URL: ordering.url,
      CUSTOMER_ORDERS_URL: ordering.url,
      OIDC_ISSUER: identity.url,
    };
    await Promise.all(
      bffs.map((name) => this.#launch(name, `apps/${name}`, { ...all, PUBLIC_URL: urlOf(name) }, ports.get(name))),
    );
  }

  /** Where the storefront is. */
  get url(): string {
    return this.server('web-bff').url;
  }

  /** One of the servers, by its name. */
  server(name: string): ServerProcess {
    const server = this.#servers.find((candidate) => candidate.name === name);
    if (!server) throw new Error(`There is no server ${name}.`);
    return server;
  }

  /** Stops everything that was started, the BFF first. */
  async stop(): Promise<void> {
    for (const server of this.#servers.toReversed()) await server.stop();
    if (this.#data) await rm(this.#data, { recursive: true, force: true });
  }

  #service(name: string, environment: Record<string, string>): Promise<ServerProcess> {
    return this.#launch(name, `apps/shop/${name}`, { ...environment, DATA_DIR: this.#data });
  }

  async #launch(
    name: string,
    folder: string,
    environment: Readonly<Record<string, string>>,
    port = 0,
  ): Promise<ServerProcess> {
    const server = new ServerProcess(name, folder, environment, { port });
    this.#servers.push(server);
    await server.start();
    return server;
  }
}
