import type { promises, RecordWithTtl } from 'node:dns';

/** The addresses of a name. */
export interface Addresses {
  /** When there is a failure, the last that were known. */
  readonly addresses: readonly string[];
  /** Seconds after which the name should be asked for again. */
  readonly ttl: number;
  /** Why no server gave an address just now. */
  readonly failure: Error | undefined;
}

/** The servers say that there is no such name, or no record of that kind. All other errors may be over in a moment. */
const ABSENT: ReadonlySet<string | undefined> = new Set(['ENOTFOUND', 'ENODATA']);
/** Seconds after which a question that failed, beside another that did not, is asked again. */
const ASK_AGAIN = 10;

/** Asks for the addresses of names, and remembers them for when a server fails to answer. */
export class AddressLookup {
  private known = new Map<string, readonly string[]>();

  constructor(
    private readonly resolver: promises.Resolver,
    private readonly families: readonly (4 | 6)[],
  ) {}

  /** Never throws. */
  async of(name: string): Promise<Addresses> {
    const answers = await Promise.all(this.families.map((family) => this.ask(name, family)));
    const isAnswered = answers.some(({ addresses, failure }) => addresses.length > 0 && failure === undefined);
    const failure = answers.find((answer) => answer.failure)?.failure ?? new Error(`${name} has no address`);
    return {
      addresses: answers.flatMap(({ addresses }) => addresses),
      ttl: Math.min(...answers.map(({ ttl }) => ttl)),
      failure: isAnswered ? undefined : failure,
    };
  }

  /** Remembers these names only. */
  keep(names: ReadonlySet<string>): void {
    for (const key of this.known.keys()) if (!names.has(key.slice(2))) this.known.delete(key);
  }

  private async ask(name: string, family: 4 | 6): Promise<Addresses> {
    const key = `${family} ${name}`;
    try {
      const records = await this.query(name, family);
      const addresses = records.map(({ address }) => address);
      this.known.set(key, addresses);
      return { addresses, ttl: Math.min(...records.map(({ ttl }) => ttl)), failure: undefined };
    } catch (error) {
      const isAbsent = ABSENT.has((error as NodeJS.ErrnoException).code);
      if (isAbsent) this.known.delete(key);
      const failure = isAbsent ? undefined : (error as Error);
      return { addresses: this.known.get(key) ?? [], ttl: isAbsent ? Infinity : ASK_AGAIN, failure };
    }
  }

  private query(name: string, family: 4 | 6): Promise<RecordWithTtl[]> {
    return family === 4 ? this.resolver.resolve4(name, { ttl: true }) : this.resolver.resolve6(name, { ttl: true });
  }
}
