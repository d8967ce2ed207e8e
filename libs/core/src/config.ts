import { z } from 'zod';
import { misspeltSettings } from './misspelt-settings.ts';

/** Configuration that cannot be used. It holds every problem found, so that one start shows all that must be mended. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  /** @param problems one sentence each: the field, what is wrong with it, and the fix */
  constructor(readonly problems: readonly string[]) {
    super(`configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }

  /** The problems of all the errors given; errors of another kind are thrown on. */
  static problemsOf(error: unknown): readonly string[] {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/**
 * Injection token of problems that one module has found, a list of sentences, for another one that fails the start: so that
 * what is wrong with doors and with routes stands in one list.
 */
export const CONFIG_PROBLEMS = Symbol('portico.config-problems');

/** Every name that this process has read a setting by. */
const names = new Set<string>();

/** Variables that are nearly named as a setting; ask after the start, when every setting has been read. See `misspeltSettings`. */
export function misspeltVariables(environment: Readonly<Record<string, string | undefined>> = process.env) {
  return misspeltSettings(environment, names);
}

/**
 * Reads settings from the environment, the only place of the platform that does. White space around a value is dropped
 * (the line end of a mounted secret); empty variables count as unset.
 *
 * @param shape one zod schema for each variable, with its default; variables that no schema names are not looked at
 * @param environment what to read instead of `process.env`
 * @returns the parsed values, frozen
 * @throws ConfigError listing every variable that does not fit
 */
export function loadConfig<S extends z.ZodRawShape>(
  shape: S,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Readonly<z.output<z.ZodObject<S>>> {
  const values: Record<string, string> = {};
  for (const name of Object.keys(shape)) {
    names.add(name);
    const value = environment[name]?.trim();
    if (value) values[name] = value;
  }
  const result = z.object(shape).safeParse(values);
  if (!result.success) {
    throw new ConfigError(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  }
  return Object.freeze(result.data);
}
