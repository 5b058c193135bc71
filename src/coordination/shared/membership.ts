/**
 * This thread among those that share primitives.
 *
 * @module
 */

import { type HolderWatch, NAME_SHIFT } from "./lock_word.ts";
import { ThreadDirectory } from "./thread_directory.ts";

/** One thread's record in one directory. A thread has one for all primitives that come from one thread, not one for each. */
export class Membership implements HolderWatch {
  readonly directory: ThreadDirectory;
  /** Names the thread in the directory. */
  readonly name: number;

  /** Takes part. */
  constructor(directory: ThreadDirectory) {
    this.directory = directory;
    this.name = directory.enrol(label);
  }

  /** The name as locks want it. */
  get lockName(): number {
    return this.name << NAME_SHIFT;
  }

  /** Says what people call the thread. */
  rename(label: string): void {
    this.directory.rename(this.name, label);
  }

  /** Lets other threads find out whether this one lives; also to be called now and then while the thread sleeps for long. */
  beKnown(): void {
    this.directory.arm(this.name);
  }

  /** Whether the thread that a lock names has certainly died. */
  isDead(lockName: number): boolean {
    this.beKnown(); // who asks has slept, perhaps for long, and could be asked itself
    return lockName !== this.lockName && this.directory.isDead(lockName >> NAME_SHIFT);
  }
}

/** Given to the primitives that this thread makes: the first that it has. */
let home: Membership | undefined;
/** All it has, by directory; the others last as long as the primitives that came from there, or it would remember every Worker. */
const memberships = new Map<string, WeakRef<Membership>>();
const lost = new FinalizationRegistry<Pick<Membership, "directory" | "name">>(({ directory, name }) => {
  directory.leave(name);
  if (memberships.get(directory.identity)?.deref() === undefined) memberships.delete(directory.identity);
});
let label = initialLabel();

/** The membership that this thread gives to the primitives it makes. */
export function homeMembership(): Membership {
  return home ?? membershipIn(ThreadDirectory.create());
}

/** The membership of this thread in a directory; takes part if it does not yet. */
export function membershipIn(directory: ThreadDirectory): Membership {
  let membership = memberships.get(directory.identity)?.deref();
  if (membership === undefined) {
    membership = new Membership(directory);
    memberships.set(directory.identity, new WeakRef(membership));
    if (home === undefined) home = membership;
    else lost.register(membership, { directory, name: membership.name });
  }
  return membership;
}

/**
 * Says what snapshots, in any thread, call the calling thread when it holds or waits for a shared primitive.
 *
 * By default a Worker is called by the `name` that it was started with, or "worker", and the main thread "main".
 *
 * @param name Not empty; of more than 64 bytes in UTF-8 the rest is cut off.
 * @throws {TypeError} If it is no string, or empty.
 */
export function nameThread(name: string): void {
  if (typeof name !== "string" || name === "") {
    throw new TypeError(
      `Cannot name this thread ${
        name === "" ? '""' : String(name)
      }: expected a string that is not empty; pass what people call it`,
    );
  }
  label = name;
  for (const membership of memberships.values()) membership.deref()?.rename(name);
}

function initialLabel(): string {
  if (!("WorkerGlobalScope" in globalThis)) return "main";
  return "name" in globalThis && typeof globalThis.name === "string" && globalThis.name !== ""
    ? globalThis.name
    : "worker";
}
