/** The samples of a fork: lists of numbers, or null where something was not measured. */
export interface Samples extends Readonly<Record<string, unknown>> {
  readonly wallNs: readonly number[];
  readonly cpuNs: readonly number[] | null;
  readonly runQueueDelayNs: readonly number[] | null;
  readonly startMs: readonly number[];
}
export function bytesOfDigits(text: string): Uint8Array<ArrayBuffer>;
export function unpack(text: string): unknown;
export function unpackSamples(packed: Samples & { readonly leastNs: number }): Samples;
export function statisticsOf(forks: readonly unknown[]): Readonly<Record<string, unknown>>;
