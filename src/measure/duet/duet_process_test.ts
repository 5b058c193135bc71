import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { DuetError } from "./duet_error.ts";
import { DuetProcess, type DuetProcessOptions, type DuetProgram } from "./duet_process.ts";
import type { ForkProcess } from "../run/spawn.ts";
import type { DuetMessage } from "./messages.ts";
import { messageLine } from "../message_line.ts";
import { DUET_PROTOCOL } from "./protocol.ts";
import { DUET_SETTINGS } from "./settings.ts";

const program: DuetProgram = {
  side: "b",
  name: "./new",
  launcher: { executable: "new", arguments: ["fork"] },
  modules: [],
  suites: null,
  slowdown: 1,
};

const ready: DuetMessage = {
  type: "ready",
  clock: { source: "x", costNs: 1, stepNs: 1, monotonic: true },
  canCollect: true,
  runtime: "Deno 2",
  benchmarks: [],
};

const hello: DuetMessage = { type: "hello", protocol: DUET_PROTOCOL, tool: "puffin-bench 1" };

/** What a played process prints when it has read its request, and at each later line; null: it ends. */
interface Script {
  /** Its token comes first in what is a message. */
  onLine(line: number, token: string): string | null;
  /** What it complains of. */
  readonly stderr?: string;
}

/** A process that a test plays. */
class PlayedProcess implements ForkProcess {
  /** How often it was killed. */
  kills = 0;
  #lines = 0;
  #token = "";
  readonly #script: Script;
  readonly #out = new TransformStream<Uint8Array, Uint8Array>(undefined, { highWaterMark: 1e6 });
  readonly #writer = this.#out.writable.getWriter();
  readonly #exit = Promise.withResolvers<string>();
  readonly stdout = this.#out.readable;
  readonly stderr: ReadableStream<Uint8Array>;
  readonly exit = this.#exit.promise;

  constructor(script: Script) {
    this.#script = script;
    this.stderr = new Blob([script.stderr ?? ""]).stream();
  }

  send(text: string): Promise<void> {
    if (this.#lines === 0) this.#token = String(JSON.parse(text).token);
    const answer = this.#script.onLine(this.#lines++, this.#token);
    if (answer === null) this.end("exit code 3");
    else this.#writer.write(new TextEncoder().encode(answer)).catch(() => {});
    return Promise.resolve();
  }

  get killed(): boolean {
    return this.kills > 0;
  }

  kill(): void {
    this.kills++;
    this.end("signal SIGKILL");
  }

  end(how: string): void {
    this.#exit.resolve(how);
    this.#writer.close().catch(() => {});
  }
}

function start(script: Script, change: Partial<DuetProcessOptions> = {}) {
  const process = new PlayedProcess(script);
  const started = DuetProcess.start(program, {
    request: { ids: null, controls: [], settings: { ...DUET_SETTINGS, seed: 1 } },
    seed: 1,
    startTimeoutMs: 20,
    signal: undefined,
    spawn: () => process,
    ...change,
  });
  return { process, started };
}

const say = (...messages: readonly DuetMessage[]) => (token: string) =>
  messages.map((message) => messageLine(token, message)).join("");

async function failureOf(script: Script): Promise<string> {
  const { process, started } = start(script);
  const error = await assertRejects(() => started, DuetError);
  assertEquals([error.side, process.killed], ["b", true]);
  assertStringIncludes(error.message, 'B "./new": ');
  assert(!error.message.includes("\n"));
  return error.message;
}

Deno.test("DuetProcess.start() shakes hands, and dispose ends the process", async () => {
  const { process, started } = start({ onLine: (_line, token) => say(hello, ready)(token) });
  {
    await using duet = await started;
    assertEquals([duet.hello.tool, duet.ready.runtime, process.killed], ["puffin-bench 1", "Deno 2", false]);
  }
  assert(process.killed);
});

Deno.test("DuetProcess.start() tells what is wrong with a program that says nothing, ends, or prints something else", async () => {
  assertStringIncludes(await failureOf({ onLine: () => "" }), "did not say hello within 20 ms");
  assertStringIncludes(await failureOf({ onLine: () => "what?\n".repeat(100) }), "did not say hello");
  assertStringIncludes(
    await failureOf({ onLine: () => null, stderr: "\x1b[31mSyntaxError: no\x1b[0m\n  at x\n" }),
    "ended with exit code 3 before it said hello: SyntaxError: no | at x; is it a puffin-bench",
  );
  const old = "error: unexpected: Cannot read the fork's request: task: Invalid option";
  assertStringIncludes(await failureOf({ onLine: () => null, stderr: old }), "older than ab");
});

Deno.test("DuetProcess.start() does not read for ever what a program prints for ever", async () => {
  const { process, started } = start({ onLine: () => "y\n".repeat(600_000) }, { startTimeoutMs: 10_000 });
  const { message } = await assertRejects(() => started, DuetError);
  assertStringIncludes(message, "it printed something else than a hello");
  assert(process.kills <= 3, `killed ${process.kills} times: not once a line`);
});

Deno.test("DuetProcess.start() refuses another version of the protocol, and names the older one", async () => {
  const newer = say({ ...hello, protocol: DUET_PROTOCOL + 1 });
  assertStringIncludes(await failureOf({ onLine: (_line, token) => newer(token) }), "this program is older than it");
  const older = say({ ...hello, protocol: DUET_PROTOCOL - 1 });
  assertStringIncludes(await failureOf({ onLine: (_line, token) => older(token) }), "it is older than this program");
});

Deno.test("DuetProcess.start() passes on why a program cannot work", async () => {
  const broken = say(hello, { type: "broken", message: "SyntaxError: in a.ts" });
  assertStringIncludes(await failureOf({ onLine: (_line, token) => broken(token) }), "SyntaxError: in a.ts");
});

Deno.test("DuetProcess.start() names a program that does not start", async () => {
  const { started } = start({ onLine: () => "" }, {
    spawn: () => {
      throw new Deno.errors.NotFound("No such file");
    },
  });
  const error = await assertRejects(() => started, DuetError);
  assertEquals(error.message, 'Cannot start B "./new": No such file; name a program that this user may run');
});

Deno.test("DuetProcess.ask() answers, and tells how a process ended that did not", async () => {
  const command = { do: "sample", id: "a/b" } as const;
  const { process, started } = start({
    onLine: (line, token) => line === 0 ? say(hello, ready)(token) : line === 1 ? say({ type: "done" })(token) : null,
  });
  await using duet = await started;
  assertEquals(await duet.ask(command, 1_000), { status: "answered", message: { type: "done" } });
  assertEquals(await duet.ask(command, 1_000), { status: "crashed", exit: "exit code 3", stderr: "" });
  assertEquals((await duet.ask(command, 1_000)).status, "crashed");
  assert(!process.killed || duet.describe({ status: "timed_out", timeoutMs: 5 }).includes("5 ms"));
});

Deno.test("DuetProcess.ask() kills a process that does not answer in time", async () => {
  const { process, started } = start({ onLine: (line, token) => line === 0 ? say(hello, ready)(token) : "" });
  await using duet = await started;
  assertEquals(await duet.ask({ do: "sample", id: "a/b" }, 5), { status: "timed_out", timeoutMs: 5 });
  assert(process.killed);
});

Deno.test("DuetProcess kills its process and rejects with the signal's reason when it is aborted", async () => {
  const controller = new AbortController();
  const { process, started } = start({ onLine: (line, token) => line === 0 ? say(hello, ready)(token) : "" }, {
    signal: controller.signal,
  });
  await using duet = await started;
  const asked = duet.ask({ do: "sample", id: "a/b" }, 10_000).catch((reason) => reason);
  controller.abort("enough");
  assertEquals([await asked, process.killed], ["enough", true]);
});

Deno.test("DuetProcess takes a program that the terminal interrupted before this process for aborted, not for crashed", async () => {
  const controller = new AbortController();
  const { process, started } = start({ onLine: () => "" }, { signal: controller.signal, startTimeoutMs: 10_000 });
  process.end("signal SIGINT");
  setTimeout(() => controller.abort("Ctrl-C"), 20);
  assertEquals(await started.catch((reason) => reason), "Ctrl-C");
});

const piece = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.constantFrom("\n", "TOKEN", '{"type":"hello"', '"protocol":1,"tool":"x"}', '{"type":"done"}', "\u0000", "\x1b[2J"),
  fc.constantFrom<DuetMessage>(hello, ready, { type: "done" }, { type: "broken", message: "no" }),
  fc.constant(null),
);

Deno.test("DuetProcess never hangs and never leaves a process, whatever a program prints", () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.array(piece, { maxLength: 4 }), { maxLength: 4 }), async (lines) => {
      const { process, started } = start({
        onLine: (line, token) => {
          const said = lines[line] ?? [];
          if (said.includes(null)) return null;
          return said.map((one) =>
            typeof one === "string" ? one.replaceAll("TOKEN", token) : one === null ? "" : messageLine(token, one)
          ).join("");
        },
      }, { startTimeoutMs: 2 });
      try {
        await using duet = await started;
        for (let i = 0; i < 3; i++) await duet.ask({ do: "sample", id: "a/b" }, 2);
      } catch (thrown) {
        assert(thrown instanceof DuetError, String(thrown));
      }
      assert(process.killed || await process.exit !== "");
    }),
    { numRuns: 60 },
  ));
