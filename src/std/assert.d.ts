/** Thrown by every failing assertion. */
export class AssertionError extends Error {}

/** Asserts that `condition` is truthy. */
export function assert(condition: unknown, message?: string): asserts condition;
/** Asserts deep equality. */
export function assertEquals<T>(actual: T, expected: T, message?: string): void;
/** Asserts deep inequality. */
export function assertNotEquals<T>(actual: T, expected: T, message?: string): void;
/** Asserts `Object.is` equality. */
export function assertStrictEquals<T>(actual: unknown, expected: T, message?: string): asserts actual is T;
/** Asserts that two numbers differ by at most `tolerance` (default 1e-7 relative to `expected`). */
export function assertAlmostEquals(actual: number, expected: number, tolerance?: number, message?: string): void;
/** Asserts that `actual` holds `expected`. */
export function assertStringIncludes(actual: string, expected: string, message?: string): void;
/** Asserts that `actual` matches `expected`. */
export function assertMatch(actual: string, expected: RegExp, message?: string): void;
/** Asserts that `actual` is an instance of `expected`. */
export function assertInstanceOf<T extends abstract new (...args: never[]) => unknown>(
  actual: unknown,
  expected: T,
  message?: string,
): asserts actual is InstanceType<T>;
/** Asserts that `fn` throws, and gives what it threw. */
export function assertThrows(fn: () => unknown, message?: string): unknown;
/** Asserts that `fn` throws an error of that class whose message holds `includes`, and gives it. */
export function assertThrows<E extends Error>(
  fn: () => unknown,
  errorClass: abstract new (...args: never[]) => E,
  includes?: string,
  message?: string,
): E;
/** Asserts that the promise of `fn` rejects, and gives what it rejected with. */
export function assertRejects(fn: () => PromiseLike<unknown>, message?: string): Promise<unknown>;
/** Asserts that the promise of `fn` rejects with an error of that class whose message holds `includes`, and gives it. */
export function assertRejects<E extends Error>(
  fn: () => PromiseLike<unknown>,
  errorClass: abstract new (...args: never[]) => E,
  includes?: string,
  message?: string,
): Promise<E>;
/** Fails always. */
export function fail(message?: string): never;
