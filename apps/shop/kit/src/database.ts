import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  type Client,
  createClient,
  type InArgs,
  type InStatement,
  type ResultSet,
  type Transaction,
} from '@libsql/client';

/** What can be asked of a database, inside a transaction and outside of one. Rows are plain objects keyed by column. */
export interface Queries {
  /** All rows of a statement. */
  all<T>(sql: string, parameters?: InArgs): Promise<T[]>;
  /** The first row, if there is one. */
  first<T>(sql: string, parameters?: InArgs): Promise<T | undefined>;
  /** Runs a statement and returns how many rows it changed. */
  run(sql: string, parameters?: InArgs): Promise<number>;
  /** Runs many statements in order: one after another in a transaction, or in one of its own. */
  batch(statements: InStatement[]): Promise<void>;
}

type Execute = (sql: string, parameters: InArgs) => Promise<ResultSet>;

/** An embedded SQLite database over one connection, so that one transaction never sees half of another. */
export class Database implements Queries {
  readonly #client: Client;
  #queue: Promise<void> | undefined;

  private constructor(client: Client) {
    this.#client = client;
  }

  /**
   * Opens a database and creates its folder when missing.
   *
   * @param path a file, or `:memory:` for one that lives as long as the object
   */
  static async open(path: string): Promise<Database> {
    const inMemory = path === ':memory:';
    if (!inMemory) mkdirSync(dirname(resolve(path)), { recursive: true });
    const client = createClient({ url: inMemory ? 'file::memory:' : `file:${path}`, concurrency: 1 });
    if (!inMemory)
      await client.executeMultiple(
        'PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;',
      );
    await client.execute('PRAGMA foreign_keys = ON');
    return new Database(client);
  }

  /**
   * Brings the tables up to date: runs the scripts that did not run yet, all of them or none.
   *
   * @param scripts SQL scripts in order; a published one is never changed, new ones go to the end
   */
  migrate(scripts: readonly string[]): Promise<void> {
    return this.#exclusively(async (transaction) => {
      const [row] = (await transaction.execute('PRAGMA user_version')).rows;
      const done = Number(row?.['user_version'] ?? 0);
      for (const script of scripts.slice(done)) await transaction.executeMultiple(script);
      if (done < scripts.length) await transaction.execute(`PRAGMA user_version = ${scripts.length}`);
    });
  }

  /**
   * Runs `work` in a write transaction: committed when it returns, rolled back when it throws. Transactions run one after another;
   * everything else asked of the database meanwhile waits, so `work` must use the queries it is given and nothing else.
   */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    return this.#exclusively((transaction) => work(queriesOf((sql, args) => transaction.execute({ sql, args }))));
  }

  /** See {@link Queries.all}. */
  async all<T>(sql: string, parameters: InArgs = []): Promise<T[]> {
    return rowsOf<T>(await this.#execute(sql, parameters));
  }

  /** See {@link Queries.first}. */
  async first<T>(sql: string, parameters: InArgs = []): Promise<T | undefined> {
    return rowsOf<T>(await this.#execute(sql, parameters))[0];
  }

  /** See {@link Queries.run}. */
  async run(sql: string, parameters: InArgs = []): Promise<number> {
    return (await this.#execute(sql, parameters)).rowsAffected;
  }

  /** See {@link Queries.batch}. */
  batch(statements: InStatement[]): Promise<void> {
    return this.transaction((queries) => queries.batch(statements));
  }

  /** Closes the connection; nothing can be asked afterwards. */
  close(): void {
    this.#client.close();
  }

  async #execute(sql: string, args: InArgs): Promise<ResultSet> {
    while (this.#queue) await this.#queue;
    return this.#client.execute({ sql, args });
  }

  async #exclusively<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const before = this.#queue;
    let release = (): void => undefined;
    const mine = new Promise<void>((done) => (release = done));
    this.#queue = mine;
    await before;
    try {
      return await this.#transact(work);
    } finally {
      if (this.#queue === mine) this.#queue = undefined;
      release();
    }
  }

  async #transact<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const transaction = await this.#client.transaction('write');
    try {
      const result = await work(transaction);
      await transaction.commit();
      return result;
    } finally {
      transaction.close();
    }
  }
}

function queriesOf(execute: Execute): Queries {
  return {
    all: async <T>(sql: string, parameters: InArgs = []) => rowsOf<T>(await execute(sql, parameters)),
    first: async <T>(sql: string, parameters: InArgs = []) => rowsOf<T>(await execute(sql, parameters))[0],
    run: async (sql, parameters = []) => (await execute(sql, parameters)).rowsAffected,
    batch: async (statements) => {
      for (const statement of statements) {
        if (typeof statement === 'string') await execute(statement, []);
        else await execute(statement.sql, statement.args ?? []);
      }
    },
  };
}

const rowsOf = <T>(result: ResultSet): T[] => result.rows as unknown as T[];
