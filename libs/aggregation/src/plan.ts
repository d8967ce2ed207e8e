import type { Call } from '@portico/upstream';
import { definePart, type DefineOptions } from './define-part.ts';
import type {
  Ask,
  BatchOptions,
  EachOptions,
  Earlier,
  ItemOf,
  Keys,
  ListAnswer,
  NewName,
  Optional,
  OptionalPart,
  Part,
  PartDefinition,
  PartOptions,
  Shaped,
  With,
} from './plan-types.ts';

/** The input alone, or the input and the earlier parts named in `after`. */
type Reader<Input, P, After extends keyof P, Result> = (input: Input, earlier: Earlier<P, After>) => Result;

/**
 * What a view needs from which upstream, as data: parts that return calls. Nothing here touches a network. A plan never
 * changes; every method returns a longer one. A name is lower case, starts with a letter and has letters, digits, `_` and `-`.
 *
 * A required part that fails fails the view. An optional one is replaced by its `otherwise`, and the answer says so.
 * A fan-out (`...Each`, `...Batch`) asks for distinct keys only, succeeds or fails as one part, and gives an array.
 */
export class Plan<Input, P = unknown> {
  /** Only for the compiler: the input that the parts read. */
  declare readonly reads: (input: Input) => void;
  /** Only for the compiler: what the parts hold. */
  declare readonly gives: P;

  private constructor(readonly parts: readonly PartDefinition[]) {}

  /** An empty plan for a view with this input. */
  static for<Input>(): Plan<Input> {
    return new Plan<Input>([]);
  }

  /** A part that the view cannot do without. */
  required<Name extends string, T, After extends keyof P & string = never>(
    name: Name & NewName<P, Name>,
    call: Reader<Input, P, After, Call<T>>,
    options: PartOptions<After> & Shaped<T> = {},
  ): Plan<Input, With<P, Name, Part<T, T>>> {
    return this.with(name, true, { kind: 'one', call: call as OneCall }, options);
  }

  /** A part that the view can do without. */
  optional<Name extends string, T, After extends keyof P & string = never, Otherwise = undefined>(
    name: Name & NewName<P, Name>,
    call: Reader<Input, P, After, Call<T>>,
    options: PartOptions<After> & Shaped<T> & Optional<Otherwise> = {},
  ): Plan<Input, With<P, Name, OptionalPart<T, Otherwise>>> {
    return this.with(name, false, { kind: 'one', call: call as OneCall }, options);
  }

  /** One call for each distinct key; the answers as an array in the order of the keys. */
  requiredEach<Name extends string, T, After extends keyof P & string = never>(
    name: Name & NewName<P, Name>,
    keys: Reader<Input, P, After, readonly string[]>,
    options: EachOptions<After, T> & Shaped<readonly T[]>,
  ): Plan<Input, With<P, Name, Part<readonly T[], readonly T[]>>> {
    return this.with(name, true, each(keys as Keys, options), options);
  }

  /** Like `requiredEach`, for a part that the view can do without. */
  optionalEach<Name extends string, T, After extends keyof P & string = never, Otherwise = undefined>(
    name: Name & NewName<P, Name>,
    keys: Reader<Input, P, After, readonly string[]>,
    options: EachOptions<After, T> & Shaped<readonly T[]> & Optional<Otherwise>,
  ): Plan<Input, With<P, Name, OptionalPart<readonly T[], Otherwise>>> {
    return this.with(name, false, each(keys as Keys, options), options);
  }

  /** One call for each batch of distinct keys; the items of all the lists as one array, in the order of the batches. */
  requiredBatch<Name extends string, T extends ListAnswer, After extends keyof P & string = never>(
    name: Name & NewName<P, Name>,
    keys: Reader<Input, P, After, readonly string[]>,
    options: BatchOptions<After, T> & Shaped<readonly ItemOf<T>[]>,
  ): Plan<Input, With<P, Name, Part<readonly ItemOf<T>[], readonly ItemOf<T>[]>>> {
    return this.with(name, true, batch(keys as Keys, options), options);
  }

  /** Like `requiredBatch`, for a part that the view can do without. */
  optionalBatch<
    Name extends string,
    T extends ListAnswer,
    After extends keyof P & string = never,
    Otherwise = undefined,
  >(
    name: Name & NewName<P, Name>,
    keys: Reader<Input, P, After, readonly string[]>,
    options: BatchOptions<After, T> & Shaped<readonly ItemOf<T>[]> & Optional<Otherwise>,
  ): Plan<Input, With<P, Name, OptionalPart<readonly ItemOf<T>[], Otherwise>>> {
    return this.with(name, false, batch(keys as Keys, options), options);
  }

  private with<Q>(name: string, required: boolean, ask: Ask, options: DefineOptions) {
    return new Plan<Input, Q>([...this.parts, definePart(this.parts, { name, required, ask }, options)]);
  }
}

type OneCall = (input: unknown, earlier: unknown) => Call<unknown>;

function each(keys: Keys, options: EachOptions<string, unknown>): Ask {
  return { kind: 'each', keys, call: options.call, concurrency: options.concurrency ?? 4 };
}

function batch(keys: Keys, options: BatchOptions<string, ListAnswer>): Ask {
  const { call, concurrency = 4, size = 100 } = options;
  return { kind: 'batch', keys, call, concurrency, size };
}
