/**
 * Primitives made from plain data, as from a configuration.
 *
 * @module
 */

import { Barrier, type BarrierOptions } from "./barrier.ts";
import { Channel } from "./channel.ts";
import { ConditionVariable } from "./condition_variable.ts";
import { requireKnownOptions } from "./known_options.ts";
import { KeyedMutex } from "./keyed_mutex.ts";
import { LeaseLock, type LeaseLockOptions } from "./lease_lock.ts";
import type { LockOptions } from "./lock_options.ts";
import { Latch } from "./latch.ts";
import { Mutex } from "./mutex.ts";
import type { PrimitiveOptions } from "./primitive.ts";
import { Quota } from "./quota.ts";
import type { QuotaOptions } from "./quota_options.ts";
import { AdaptiveRateLimiter, type AdaptiveRateLimiterOptions } from "./rate_limits/adaptive_rate_limiter.ts";
import { CompositeRateLimiter } from "./rate_limits/composite_rate_limiter.ts";
import { KeyedRateLimiter, type KeyedRateLimiterOptions } from "./rate_limits/keyed_rate_limiter.ts";
import type { RateLimiter } from "./rate_limits/rate_limiter.ts";
import { createRateLimiter, type RateLimiterRecipe, requireRecipe } from "./rate_limits/recipe.ts";
import { ReadWriteLock } from "./read_write_lock.ts";
import { Semaphore } from "./semaphore.ts";
import { ResetEvent, type ResetEventOptions } from "./reset_event.ts";
import { foundValue } from "./found_value.ts";

/** What a composite rate limiter is made of: limiters that there are, and recipes of others that are its own. */
export interface CompositeMembers extends PrimitiveOptions {
  /** At least one. */
  readonly members: readonly (RateLimiter | RateLimiterRecipe)[];
}

/** What there is to make: for each type what it takes, and the class it becomes. */
export interface PrimitiveTable {
  /** See {@linkcode Mutex}. */
  readonly "mutex": PrimitiveEntry<LockOptions, Mutex>;
  /** See {@linkcode Semaphore}. */
  readonly "semaphore": PrimitiveEntry<LockOptions & { readonly capacity: number }, Semaphore>;
  /** See {@linkcode ReadWriteLock}. */
  readonly "read_write_lock": PrimitiveEntry<LockOptions, ReadWriteLock>;
  /** See {@linkcode KeyedMutex}. */
  readonly "keyed_mutex": PrimitiveEntry<LockOptions, KeyedMutex<unknown>>;
  /** See {@linkcode LeaseLock}. */
  readonly "lease": PrimitiveEntry<LeaseLockOptions, LeaseLock>;
  /** See {@linkcode createRateLimiter}. */
  readonly "rate_limiter": PrimitiveEntry<RateLimiterRecipe, RateLimiter>;
  /** See {@linkcode AdaptiveRateLimiter}. */
  readonly "adaptive_rate_limiter": PrimitiveEntry<AdaptiveRateLimiterOptions, AdaptiveRateLimiter>;
  /** See {@linkcode CompositeRateLimiter}. */
  readonly "composite_rate_limiter": PrimitiveEntry<CompositeMembers, CompositeRateLimiter>;
  /** See {@linkcode KeyedRateLimiter}. */
  readonly "keyed_rate_limiter": PrimitiveEntry<KeyedRateLimiterOptions, KeyedRateLimiter<unknown>>;
  /** See {@linkcode Barrier}. */
  readonly "barrier": PrimitiveEntry<BarrierOptions & { readonly parties: number }, Barrier>;
  /** See {@linkcode Latch}. */
  readonly "latch": PrimitiveEntry<PrimitiveOptions & { readonly count: number }, Latch>;
  /** See {@linkcode ResetEvent}. */
  readonly "event": PrimitiveEntry<ResetEventOptions, ResetEvent>;
  /** See {@linkcode ConditionVariable}; by default with a mutex of its own. */
  readonly "condition": PrimitiveEntry<PrimitiveOptions & { readonly mutex?: Mutex }, ConditionVariable>;
  /** See {@linkcode Quota}. */
  readonly "quota": PrimitiveEntry<QuotaOptions & { readonly limit: number }, Quota>;
  /** See {@linkcode Channel}. */
  readonly "channel": PrimitiveEntry<PrimitiveOptions & { readonly capacity: number }, Channel<unknown>>;
}

/** A line of {@linkcode PrimitiveTable}. */
export interface PrimitiveEntry<Options, Primitive> {
  /** The arguments and options of the class, in one record. */
  readonly options: Options;
  /** The class. */
  readonly primitive: Primitive;
}

/** What {@linkcode createPrimitive} can make. */
export type PrimitiveType = keyof PrimitiveTable;

/** What a type is made from. */
export type PrimitiveSpec<Type extends PrimitiveType> = { readonly type: Type } & PrimitiveTable[Type]["options"];

/** The class behind a type. */
export type PrimitiveOf<Type extends PrimitiveType> = PrimitiveTable[Type]["primitive"];

/** The keys of every member of a union. */
type KeysOf<Options> = Options extends unknown ? keyof Options : never;

/** How a type is made; its options are named, so that a misspelt one is found. */
interface Recipe<Options, Primitive> {
  readonly options: Readonly<Record<Exclude<KeysOf<Options>, keyof PrimitiveOptions>, true>>;
  make(options: Options): Primitive;
}

const RATE_OPTIONS = {
  algorithm: true,
  limit: true,
  perMs: true,
  burst: true,
  queue: true,
  toleranceMs: true,
} as const;
const LOCK_OPTIONS = { reentry: true, barging: true } as const;

const RECIPES: { readonly [Type in PrimitiveType]: Recipe<PrimitiveTable[Type]["options"], PrimitiveOf<Type>> } = {
  "mutex": { options: LOCK_OPTIONS, make: (spec) => new Mutex(spec) },
  "semaphore": { options: { ...LOCK_OPTIONS, capacity: true }, make: (spec) => new Semaphore(spec.capacity, spec) },
  "read_write_lock": { options: LOCK_OPTIONS, make: (spec) => new ReadWriteLock(spec) },
  "keyed_mutex": { options: LOCK_OPTIONS, make: (spec) => new KeyedMutex(spec) },
  "lease": { options: { ...LOCK_OPTIONS, ttlMs: true }, make: (spec) => new LeaseLock(spec) },
  "rate_limiter": {
    options: RATE_OPTIONS,
    make({ ...recipe }) {
      Reflect.deleteProperty(recipe, "type");
      return createRateLimiter(recipe);
    },
  },
  "adaptive_rate_limiter": {
    options: {
      min: true,
      max: true,
      start: true,
      perMs: true,
      burst: true,
      increase: true,
      decrease: true,
      slowMs: true,
      badRatio: true,
    },
    make: (spec) => new AdaptiveRateLimiter(spec),
  },
  "composite_rate_limiter": {
    options: { members: true },
    make: (spec) => new CompositeRateLimiter(requireList(spec.members).map(memberOf), spec),
  },
  "keyed_rate_limiter": {
    options: { ...RATE_OPTIONS, maxKeys: true },
    make(spec) {
      requireRecipe(spec, ["type", "maxKeys"]);
      return new KeyedRateLimiter<unknown>(spec);
    },
  },
  "barrier": { options: { parties: true, action: true }, make: (spec) => new Barrier(spec.parties, spec) },
  "latch": { options: { count: true }, make: (spec) => new Latch(spec.count, spec) },
  "event": { options: { mode: true, isSet: true }, make: (spec) => new ResetEvent(spec) },
  "condition": {
    options: { mutex: true },
    make: (spec) => new ConditionVariable(spec.mutex ?? new Mutex(), spec),
  },
  "quota": {
    options: { limit: true, ownerLimit: true, ownerLimits: true },
    make: (spec) => new Quota(spec.limit, spec),
  },
  "channel": { options: { capacity: true }, make: (spec) => new Channel(spec.capacity, spec) },
};

/**
 * Makes any primitive from data.
 *
 * @param spec Its `type`, and what its class takes: `{ type: "barrier", parties: 3, name: "phase" }`.
 * @returns An instance of that type's class.
 * @throws {TypeError} If the type is unknown, or it has no such option, or an option is of the wrong kind.
 * @throws {RangeError} If a number is out of range.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { createPrimitive } from "./create_primitive.ts";
 *
 * const latch = createPrimitive({ type: "latch", count: 2, name: "ready" });
 * assertEquals(latch.countDown(), 1);
 * assertThrows(() => createPrimitive({ type: "barrier", parties: 0 }), RangeError, "parties 0");
 * ```
 */
export function createPrimitive<const Type extends PrimitiveType>(spec: PrimitiveSpec<Type>): PrimitiveOf<Type> {
  requireSpec(spec);
  return RECIPES[spec.type].make(spec);
}

/** What compiled code cannot get wrong, but a file or a caller without types can. */
function requireSpec(spec: unknown): void {
  if (typeof spec !== "object" || spec === null) {
    throw new TypeError(
      `Cannot create a primitive from ${foundValue(spec)}: expected an object with a type; give it one of ${
        list(RECIPES)
      }`,
    );
  }
  const type: unknown = Reflect.get(spec, "type");
  if (!isPrimitiveType(type)) {
    throw new TypeError(
      `Cannot create a primitive of type ${foundValue(type)}: expected one of ${list(RECIPES)}; correct the type`,
    );
  }
  const { type: _, ...options } = Object.fromEntries(Object.entries(spec));
  requireKnownOptions(type, options, Object.keys(RECIPES[type].options));
  const name: unknown = Reflect.get(spec, "name"), timing: unknown = Reflect.get(spec, "timing");
  const clock: unknown = Reflect.get(spec, "clock");
  if (name !== undefined && (typeof name !== "string" || name === "")) {
    throw new TypeError(
      `Cannot create a ${type} with name ${
        foundValue(name)
      }: expected a string that is not empty; leave it out for none`,
    );
  }
  if (timing !== undefined && timing !== "on" && timing !== "off") {
    throw new TypeError(
      `Cannot create a ${type} with timing ${foundValue(timing)}: expected "on" or "off"; leave it out for "off"`,
    );
  }
  if (clock !== undefined && typeof clock !== "function") {
    throw new TypeError(
      `Cannot create a ${type} with clock ${
        foundValue(clock)
      }: expected a function that tells milliseconds; leave it out for performance.now`,
    );
  }
}

/** A member that is to be made is made. */
function memberOf(member: RateLimiter | RateLimiterRecipe): RateLimiter {
  return typeof member === "object" && member !== null && "algorithm" in member ? createRateLimiter(member) : member;
}

function requireList<Item>(members: readonly Item[]): readonly Item[] {
  if (Array.isArray(members)) return members;
  throw new TypeError(
    `Cannot create a composite_rate_limiter with members ${
      foundValue(members)
    }: expected an array; give it rate limiters or recipes`,
  );
}

function isPrimitiveType(type: unknown): type is PrimitiveType {
  return typeof type === "string" && Object.hasOwn(RECIPES, type);
}

function list(record: object): string {
  return Object.keys(record).map((key) => `"${key}"`).join(", ");
}
