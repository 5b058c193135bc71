/**
 * What the two programs of a duet and the process that conducts them say to each other.
 *
 * The conductor writes a request as a line of JSON to each one's stdin, then one command after the other, each a line; a program
 * answers each command with one message, on its stdout, and blocks in a read until the next. Every message starts with the
 * request's token, so that whatever a benchmark prints itself is told apart. At most one of the two works on a sample at a time.
 *
 * @module
 */

import { z } from "zod";
import type { OfferedBenchmark } from "../code.ts";
import type { ExclusionCause, Settings } from "../document.ts";
import type { ClockFacts } from "../document_environment.ts";
import { type ReportedFailure, shapeSchema } from "../fork_messages.ts";
import type { LoopShape } from "../protocol.ts";
import { settingsSchema } from "../settings_schema.ts";

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

const requestSchema: z.ZodType<DuetRequest> = z.strictObject({
  task: z.literal("duet"),
  protocol: z.literal(DUET_PROTOCOL),
  token: z.string().min(16),
  suites: z.array(z.string()).nullable(),
  modules: z.array(z.strictObject({ path: z.string(), url: z.string().exactOptional(), suite: z.string() })),
  ids: z.array(z.string()).nullable(),
  controls: z.array(z.string()),
  slowdown: z.number().positive(),
  settings: settingsSchema,
});

/** What every version of a request has in common. */
const anyRequestSchema = z.object({ task: z.literal("duet"), protocol: z.number(), token: z.string().min(16) });

const id = z.string();
const count = z.number().int().min(0);

const commandSchema: z.ZodType<DuetCommand> = z.discriminatedUnion("do", [
  z.strictObject({ do: z.literal("prepare"), id }),
  z.strictObject({ do: z.literal("empty"), shape: shapeSchema }),
  z.strictObject({ do: z.literal("settle"), id, batch: z.number().int().min(1) }),
  z.strictObject({ do: z.literal("visit"), id }),
  z.strictObject({ do: z.literal("sample"), id }),
  z.strictObject({ do: z.literal("pin"), turn: count }),
  z.strictObject({ do: z.literal("drop"), id }),
  z.strictObject({ do: z.literal("close") }),
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
  const any = anyRequestSchema.safeParse(value);
  if (!any.success) return null;
  const parsed = requestSchema.safeParse(value);
  if (parsed.success) return { status: "ok", request: parsed.data };
  const [issue] = parsed.error.issues;
  const message = `Cannot read the duet's request: ${issue?.path.join(".")}: ${issue?.message}`;
  return { status: "unknown", token: any.data.token, message };
}

/**
 * Reads a command.
 *
 * @throws {SyntaxError} If it is none.
 */
export function parseCommand(line: string): DuetCommand {
  const parsed = commandSchema.safeParse(parseJson(line));
  if (parsed.success) return parsed.data;
  throw new SyntaxError(`Cannot read a command of the duet: ${JSON.stringify(line.slice(0, 100))} is none`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
