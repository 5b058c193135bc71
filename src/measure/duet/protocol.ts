/**
 * What the two programs of a duet and the process that conducts them say to each other.
 *
 * The conductor writes a request as a line of JSON to each one's stdin, then one command after the other, each a line; a program
 * answers each command with one message, on its stdout, and blocks in a read until the next. Every message starts with the
 * request's token, so that whatever a benchmark prints itself is told apart. At most one of the two works on a sample at a time.
 *
 * @module
 */

import type { OfferedBenchmark } from "../code.ts";
import type { ExclusionCause, Settings } from "../document.ts";
import type { ClockFacts } from "../document_environment.ts";
import type { ReportedFailure } from "../fork_messages.ts";
import { aToken } from "../message_line.ts";
import type { LoopShape } from "../protocol.ts";
import {
  anObject,
  arrayOf,
  aString,
  type Check,
  nullable,
  objectOf,
  oneOf,
  optional,
  positive,
  that,
  whole,
} from "../value_checks.ts";

/**
 * The version of this protocol. Raised when a message changes its meaning, and when a loop or a sample is measured in another
 * way: figures of two programs can be held against each other only if both measure alike.
 */
export const DUET_PROTOCOL = 1;

/** A file of benchmarks that a program is to import. */
export interface BenchmarkModule {
  /** Path of the file. */
  readonly path: string;
  /** What to import in its place: a `data:` URL that has the file and all that it imports; without, the path. */
  readonly url?: string;
  /** What the suite of its `Deno.bench` calls is called: the same on both sides. */
  readonly suite: string;
}

/** What a program of a duet is asked to do. */
export interface DuetRequest {
  /** Always `duet`. */
  readonly task: "duet";
  /** The conductor's version of the protocol. */
  readonly protocol: number;
  /** Starts each of the program's messages. */
  readonly token: string;
  /** Suites that the program has built in: those of these names, as far as it has them; null: all. */
  readonly suites: readonly string[] | null;
  /** Files to import as well. */
  readonly modules: readonly BenchmarkModule[];
  /** Benchmarks to offer; null: all whose id matches the settings' filter. */
  readonly ids: readonly string[] | null;
  /** Reference benchmarks to offer besides, whatever the filter says. */
  readonly controls: readonly string[];
  /** What the samples' iterations are multiplied by, while as many as asked for are counted: an injected slowdown; 1: none. */
  readonly slowdown: number;
  /** How to warm up, and how long a sample is: `timeMs / rounds`. */
  readonly settings: Settings;
}

/** What a program is told to do next. */
export type DuetCommand =
  /** Set up, try, compile, warm up. */
  | { readonly do: "prepare"; readonly id: string }
  /** Time the empty loop of this shape. */
  | { readonly do: "empty"; readonly shape: LoopShape }
  /** Use this many iterations a sample from now on, and run some. */
  | { readonly do: "settle"; readonly id: string; readonly batch: number }
  /** Collect garbage, and run a while untimed: the next samples are of this one. */
  | { readonly do: "visit"; readonly id: string }
  /** Take a sample. */
  | { readonly do: "sample"; readonly id: string }
  /** Stay on one processor from now on: the same for both programs, which may use the same ones and get the same turn. */
  | { readonly do: "pin"; readonly turn: number }
  /** Tear it down: it failed on the other side. */
  | { readonly do: "drop"; readonly id: string }
  /** Tear all down, and end. */
  | { readonly do: "close" };

/** What is known of a benchmark after its warm-up. */
export interface Prepared {
  /** How its loop was compiled. */
  readonly shape: LoopShape;
  /** Iterations of each sample if that is fixed; null: as many as suit. */
  readonly fixedIterations: number | null;
  /** Duration of an iteration without its hooks, the loop's share included, in nanoseconds. */
  readonly iterationNs: number;
  /** The same with its hooks. */
  readonly iterationWallNs: number;
  /** The batch that would suit it. */
  readonly batch: number;
  /** Whether successive windows agreed before the cap. */
  readonly steady: boolean;
}

/** One sample. */
export interface DuetSample {
  /** Its duration without hooks, in nanoseconds, the loop's share included. */
  readonly ns: number;
  /** With hooks. */
  readonly wallNs: number;
  /** Iterations that it really had: more than asked for if a slowdown is injected. */
  readonly iterations: number;
  /** Why it does not count; null if it does. */
  readonly excluded: ExclusionCause | null;
  /** Time that its thread waited for a processor, in nanoseconds; null where the host does not tell. */
  readonly runQueueDelayNs: number | null;
  /** Involuntary context switches of its thread; null where the host does not tell. */
  readonly involuntarySwitches: number | null;
}

/** What a program says of itself before anything else. */
export interface Hello {
  /** Its version of the protocol. */
  readonly protocol: number;
  /** Its name and version. */
  readonly tool: string;
}

/** What a program says when it has loaded its benchmarks. */
export interface Ready {
  /** Its clock. */
  readonly clock: ClockFacts;
  /** Whether it can collect garbage. */
  readonly canCollect: boolean;
  /** Version of Deno, then V8's. */
  readonly runtime: string;
  /** What it has. */
  readonly benchmarks: readonly OfferedBenchmark[];
}

/** What every version of a request has in common. */
const COMMON = { task: oneOf(["duet"]), protocol: that(Number.isFinite, "a number"), token: aToken };

/** A conductor of this version has checked the settings. */
const checkRequest: Check = objectOf({
  ...COMMON,
  protocol: oneOf([DUET_PROTOCOL]),
  suites: nullable(arrayOf(aString)),
  modules: arrayOf(objectOf({ path: aString, url: optional(aString), suite: aString })),
  ids: nullable(arrayOf(aString)),
  controls: arrayOf(aString),
  slowdown: positive(),
  settings: anObject,
});

const aCommandWith = (operands: Readonly<Record<string, Check>>) => objectOf({ do: aString, ...operands });
const aShape = objectOf({ kind: oneOf(["sync", "async"]), hooks: oneOf(["none", "sync", "async"]) });

/** Made once: a command comes before every sample. */
const COMMANDS: ReadonlyMap<unknown, Check> = new Map<DuetCommand["do"], Check>([
  ["prepare", aCommandWith({ id: aString })],
  ["empty", aCommandWith({ shape: aShape })],
  ["settle", aCommandWith({ id: aString, batch: whole(1) })],
  ["visit", aCommandWith({ id: aString })],
  ["sample", aCommandWith({ id: aString })],
  ["pin", aCommandWith({ turn: whole(0) })],
  ["drop", aCommandWith({ id: aString })],
  ["close", aCommandWith({})],
]);

/** A failure, and whose it is. */
export interface IdentifiedFailure {
  /** The benchmark's id. */
  readonly id: string;
  /** What went wrong. */
  readonly failure: ReportedFailure;
}

/** Writes a request or a command as the line that a program reads. */
export function encodeLine(line: DuetRequest | DuetCommand): string {
  return JSON.stringify(line) + "\n";
}

/** What a program finds in a line that asks for a duet. */
export type ReadRequest =
  | { readonly status: "ok"; readonly request: DuetRequest }
  /** Of another version, or not what it should be: all that can be said is hello, and why it does not go on. */
  | { readonly status: "unknown"; readonly token: string; readonly message: string };

/** Reads the line that asks for a duet; null if it asks for something else. */
export function readDuetRequest(line: string): ReadRequest | null {
  const value = parseJson(line);
  if (!isOfSomeVersion(value)) return null;
  if (isRequest(value)) return { status: "ok", request: value };
  const { path, message = "" } = checkRequest(value) ?? {};
  return {
    status: "unknown",
    token: value.token,
    message: `Cannot read the duet's request: ${[...path ?? [], message].join(": ")}`,
  };
}

function isOfSomeVersion(value: unknown): value is Pick<DuetRequest, "token"> {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(COMMON).every(([key, check]) => check(Reflect.get(value, key)) === null);
}

function isRequest(value: unknown): value is DuetRequest {
  return checkRequest(value) === null;
}

/**
 * Reads a command.
 *
 * @throws {SyntaxError} If it is none.
 */
export function parseCommand(line: string): DuetCommand {
  const value = parseJson(line);
  if (isCommand(value)) return value;
  throw new SyntaxError(`Cannot read a command of the duet: ${JSON.stringify(line.slice(0, 100))} is none`);
}

function isCommand(value: unknown): value is DuetCommand {
  if (typeof value !== "object" || value === null) return false;
  const check = COMMANDS.get(Reflect.get(value, "do"));
  return check !== undefined && check(value) === null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
