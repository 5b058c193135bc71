/**
 * What an agent needs of a resource pool, and no more: a `ResourcePool` fits, and so does anything of this shape.
 *
 * @module
 */

/** Amounts by resource name, such as `{ cpu: 1, memoryMb: 100 }`; each above 0. */
export type ResourceRequest = Readonly<Record<string, number>>;

/** What was granted, until it is given back. */
export interface ResourceLease {
  /**
   * Aborted when the source wants it back; if the reason has a `graceMs`, the source takes it so many milliseconds later, else at
   * once. A reason of code `"lease_leaked"` says that it has been taken back because it was held for too long: the attempt has
   * failed then. Looked at only if the state is preemptible or the source {@linkcode ResourceSource.reclaims}.
   */
  readonly signal?: AbortSignal;
  /** Gives everything back; safe to call twice. */
  release(): void;
}

/** Whom a run is for, besides its agent and states; what quotas go by. */
export interface RunScope {
  /** The workflow that it is a part of. */
  readonly workflow?: string;
  /** Its user. */
  readonly user?: string;
}

/** Who asks for resources. */
export interface ResourceHolder {
  /** The state's priority, 0 (low) to 3 (critical). */
  readonly priority: number;
  /** Who will hold them: the state's owner, else the run's, else the agent's and the state's names. */
  readonly owner: string;
  /** What quotas go by. */
  readonly scope: RunScope & { readonly agent: string; readonly state: string };
  /** Whether they may be taken back while the state runs. */
  readonly preemptible: boolean;
  /** How often they have been for the same attempt: it is the source that has to see to it that this ends. */
  readonly preemptions: number;
}

/** How a state waits for its resources. */
export interface ResourceWait extends ResourceHolder {
  /** Aborted when the state no longer wants them. */
  readonly signal: AbortSignal;
}

/** Where states get their `resources`. */
export interface ResourceSource {
  /** Whether it may take back what no state has declared preemptible, as a pool does that takes back leaks. Default false. */
  readonly reclaims?: boolean;
  /** Grants the request now, or returns `undefined` if it would have to wait. */
  tryAcquire(request: ResourceRequest, holder: ResourceHolder): ResourceLease | undefined;
  /** Waits for the request to be granted; leaves the line when the signal is aborted. */
  acquire(request: ResourceRequest, wait: ResourceWait): PromiseLike<ResourceLease>;
  /** Told of an owner who is not going to give anything back any more, if runs tell: see `RunOptions.ownerEnds`. */
  reportEnded?(owner: string): unknown;
}
