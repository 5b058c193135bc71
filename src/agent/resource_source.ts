/**
 * What an agent needs of a resource pool, and no more: a `ResourcePool` fits, and so does anything of this shape.
 *
 * @module
 */

/** Amounts by resource name, such as `{ cpu: 1, memoryMb: 100 }`; each above 0. */
export type ResourceRequest = Readonly<Record<string, number>>;

/** What was granted, until it is given back. */
export interface ResourceLease {
  /** Gives everything back; safe to call twice. */
  release(): void;
}

/** How a state waits for its resources. */
export interface ResourceWait {
  /** The state's priority, 0 (low) to 3 (critical). */
  readonly priority: number;
  /** Aborted when the state no longer wants them. */
  readonly signal: AbortSignal;
  /** Who asks: the agent's and the state's names. */
  readonly owner: string;
}

/** Where states get their `resources`. */
export interface ResourceSource {
  /** Grants the request now, or returns `undefined` if it would have to wait. */
  tryAcquire(request: ResourceRequest, owner?: string): ResourceLease | undefined;
  /** Waits for the request to be granted; leaves the line when the signal is aborted. */
  acquire(request: ResourceRequest, wait: ResourceWait): PromiseLike<ResourceLease>;
}
