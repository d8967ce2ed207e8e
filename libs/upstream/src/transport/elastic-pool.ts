import { Pool } from 'undici';

/** What undici's pool looks its limit up by at every call; it has no public name. */
const LIMIT = 'connections';

/** undici's pool, which fixes the number of its connections when it is made, with a limit that may change while it runs. */
export class ElasticPool extends Pool {
  private readonly limit: symbol;

  constructor(...parameters: ConstructorParameters<typeof Pool>) {
    super(...parameters);
    const limit = Object.getOwnPropertySymbols(this).find(({ description }) => description === LIMIT);
    if (limit === undefined) throw new TypeError('this version of undici keeps the limit of a pool elsewhere');
    this.limit = limit;
  }

  /** Connections at one time. When it becomes less, those that are open beyond it stay until they are idle for long. */
  resize(connections: number): void {
    (this as unknown as Record<symbol, number>)[this.limit] = connections;
  }
}
