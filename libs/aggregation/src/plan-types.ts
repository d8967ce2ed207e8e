import type { Call } from '@portico/upstream';
import type { z } from 'zod';

/** What the compiler knows of a part. `Given`: what parts after it read; `Shown`: what the mapper reads. */
export interface Part<Given, Shown> {
  readonly given: Given;
  readonly shown: Shown;
}

/** The parts a plan has so far, by name. */
export type Parts = Readonly<Record<string, Part<unknown, unknown>>>;

/** The earlier parts that a part names in `after`, and no others. */
export type Earlier<P, After extends keyof P> = {
  readonly [Name in After]: P[Name] extends Part<infer Given, unknown> ? Given : never;
};

/** All parts, as a mapper reads them. */
export type ShownParts<P> = {
  readonly [Name in keyof P]: P[Name] extends Part<unknown, infer Shown> ? Shown : never;
};

/** A part's name, or `never` when the plan has it already or it is not in lower case. */
export type NewName<P, Name extends string> = Name extends keyof P
  ? never
  : Name extends Lowercase<Name>
    ? Name
    : never;

/** A plan's parts with one more. */
export type With<P, Name extends string, Added> = P & { readonly [N in Name]: Added };

/** An optional part: with `otherwise` it always has a value; without, parts after it are skipped when it is missing. */
export type OptionalPart<T, Otherwise> = [Otherwise] extends [undefined]
  ? Part<T, T | null>
  : Part<T | Otherwise, T | Otherwise>;

/** A list as an upstream answers it: an array, or an object that holds it under `items`. */
export type ListAnswer = readonly unknown[] | { readonly items: readonly unknown[] };

/** What the list of an answer holds. */
export type ItemOf<T> = T extends readonly (infer Item)[]
  ? Item
  : T extends { readonly items: readonly (infer Item)[] }
    ? Item
    : never;

/** Options of every part. */
export interface PartOptions<After> {
  /** Earlier parts that this one reads; it starts as soon as all of them are there. Default none: it starts at once. */
  readonly after?: readonly After[];
  /** Milliseconds for this part, all its calls together. Default: until the deadline of the request. */
  readonly timeout?: number;
  /** Bytes of the largest answer accepted, all its calls together. Default 2 MiB. */
  readonly maxBytes?: number;
  /**
   * Bytes of the answer that are parsed at most, all its calls together: for a shape, a later part, the mapper, or `validateJson` of the upstream.
   * More makes the part fail. Nothing else runs while JSON is parsed, for some 30 ms a MiB: raise it only for a page that is seldom asked for.
   * Default 2 MiB.
   */
  readonly maxParsedBytes?: number;
}

/** How the JSON of a part must look. */
export interface Shaped<T> {
  /** Makes the part fail with `upstream-body-invalid` when it does not fit; costs parsing it. Default: it is trusted. */
  readonly shape?: z.ZodType<NoInfer<T>>;
}

/** What an optional part adds. */
export interface Optional<Otherwise> {
  /** JSON that takes the part's place when it is missing. Default none: `null`, and parts after it are skipped. */
  readonly otherwise?: Otherwise;
}

/** One call for each key. */
export interface EachOptions<After, T> extends PartOptions<After> {
  readonly call: (key: string) => Call<T>;
  /** Calls under way at once. Default 4. */
  readonly concurrency?: number;
}

/** One call for each batch of keys. */
export interface BatchOptions<After, T extends ListAnswer> extends PartOptions<After> {
  readonly call: (keys: readonly string[]) => Call<T>;
  /** Keys of the largest batch. Default 100. */
  readonly size?: number;
  /** Calls under way at once. Default 4. */
  readonly concurrency?: number;
}

/** How a part asks its upstream, types erased. */
export type Ask =
  | { readonly kind: 'one'; readonly call: (input: unknown, earlier: unknown) => Call<unknown> }
  | {
      readonly kind: 'each';
      readonly keys: Keys;
      readonly call: (key: string) => Call<unknown>;
      readonly concurrency: number;
    }
  | {
      readonly kind: 'batch';
      readonly keys: Keys;
      readonly call: (keys: readonly string[]) => Call<unknown>;
      readonly concurrency: number;
      readonly size: number;
    };

/** Reads the keys of a fan-out from the input and earlier parts. */
export type Keys = (input: unknown, earlier: unknown) => readonly string[];

/** A part as data. */
export interface PartDefinition {
  readonly name: string;
  readonly required: boolean;
  readonly after: readonly string[];
  readonly timeout: number | undefined;
  readonly maxBytes: number;
  readonly maxParsedBytes: number;
  /** Deep-frozen JSON; undefined when the part has none. */
  readonly otherwise: unknown;
  readonly shape: z.ZodType | undefined;
  readonly ask: Ask;
}
