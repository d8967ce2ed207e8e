import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import { join } from 'node:path';
import { z } from 'zod';
import { Database, type Queries } from './database.ts';
import { ServiceSettings } from './settings.ts';

/** How a service's database comes to be. */
export interface DatabaseOptions {
  /** SQL scripts in order; see {@link Database.migrate}. */
  migrations: readonly string[];
  /** Fills the tables; called in one transaction at each start, so it must look first whether there is anything. */
  seed?: (queries: Queries, settings: ServiceSettings) => Promise<void>;
}

/**
 * Gives a service its {@link Database}: `<DATA_DIR>/<service>.db`, migrated and seeded before the service listens. `DATA_DIR` is a folder
 * (default `.data` in the current one) or `:memory:`.
 */
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(private readonly database: Database) {}

  /** Makes the module; import it once in the service's root module, it is global. */
  static forRoot(options: DatabaseOptions): DynamicModule {
    const provider = {
      provide: Database,
      inject: [ServiceSettings],
      useFactory: (settings: ServiceSettings) => openFor(settings, options),
    };
    return { module: DatabaseModule, global: true, providers: [provider], exports: [Database] };
  }

  /** Closes the database after the last request. */
  onApplicationShutdown(): void {
    this.database.close();
  }
}

async function openFor(settings: ServiceSettings, { migrations, seed }: DatabaseOptions): Promise<Database> {
  const { DATA_DIR } = settings.read({ DATA_DIR: z.string().default('.data') });
  const database = await Database.open(DATA_DIR === ':memory:' ? DATA_DIR : join(DATA_DIR, `${settings.name}.db`));
  await database.migrate(migrations);
  if (seed) await database.transaction((queries) => seed(queries, settings));
  return database;
}
