import 'reflect-metadata';
import type { DynamicModule, ForwardReference, Provider, Type } from '@nestjs/common';

/** A module as the audit reads it: what its decorator says and what its dynamic form adds. */
export interface ModuleParts {
  readonly module: Type;
  readonly controllers: readonly Type[];
  readonly providers: readonly Provider[];
  readonly exports: readonly unknown[];
}

type Import = Type | DynamicModule | ForwardReference | Promise<DynamicModule>;

/**
 * All modules below one, itself first, each once. Only metadata is read: nothing is constructed, no provider is asked, so
 * neither settings nor servers are needed.
 */
export async function modulesOf(root: Import): Promise<readonly ModuleParts[]> {
  const seen = new Set<unknown>();
  const found: ModuleParts[] = [];
  const visit = async (imported: Import): Promise<void> => {
    const resolved = await resolve(imported);
    if (seen.has(resolved)) return;
    seen.add(resolved);
    const dynamic = 'module' in resolved ? resolved : { module: resolved };
    const both = <T>(name: 'imports' | 'controllers' | 'providers' | 'exports'): T[] => [
      ...((Reflect.getMetadata(name, dynamic.module) as T[] | undefined) ?? []),
      ...((dynamic as unknown as Record<string, T[] | undefined>)[name] ?? []),
    ];
    found.push({
      module: dynamic.module,
      controllers: both<Type>('controllers'),
      providers: both<Provider>('providers'),
      exports: both('exports'),
    });
    for (const inner of both<Import>('imports')) await visit(inner);
  };
  await visit(root);
  return found;
}

async function resolve(imported: Import): Promise<Type | DynamicModule> {
  const awaited = await imported;
  return 'forwardRef' in awaited ? ((awaited as ForwardReference).forwardRef() as Type | DynamicModule) : awaited;
}
