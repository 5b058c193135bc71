/** The samples of a fork: lists of numbers, or null where something was not measured. */
export interface Samples extends Readonly<Record<string, unknown>> {
  readonly wallNs: readonly number[];
  readonly cpuNs: readonly number[] | null;
  readonly runQueueDelayNs: readonly number[] | null;
  readonly startMs: readonly number[];
}

/** The digits that bytes and columns are written in. */
export const DIGITS: readonly string[];

/** The bytes that a text of digits stands for. */
export function bytesOfDigits(text: string): Uint8Array<ArrayBuffer>;

/** The value that a packed text stands for; throws if it is damaged. */
export function unpack(text: string): unknown;

/** The samples that these differences stand for. */
export function unpackSamples(packed: Samples & { readonly leastNs: number }): Samples;

/** Those statistics that the samples of forks say. */
export function statisticsOf(forks: readonly unknown[]): Readonly<Record<string, unknown>>;
