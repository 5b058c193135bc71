import { assertEquals } from "@std/assert";
import { setImmediate } from "node:timers/promises";
import { FakeTime } from "../testdata/fake_time.ts";
import type { ForkMessage } from "../fork_messages.ts";
import { messageLine } from "../message_line.ts";
import type { ForkRequest } from "../protocol.ts";
import { QUICK_SETTINGS } from "../settings.ts";
import type { ForkProcess } from "./spawn.ts";
import { supervise, type SupervisorOptions } from "./supervisor.ts";

const request: ForkRequest = {
  token: "0123456789abcdef ",
  task: "time",
  suite: "numbers",
  fork: 0,
  seed: 1,
  settings: { ...QUICK_SETTINGS, seed: 1 },
  slowdown: 1,
  code: null,
  benchmarks: [],
};

/** A process that a test plays. */
class PlayedProcess implements ForkProcess {
  killed = 0;
  received = "";
  readonly #out = new TransformStream<Uint8Array, Uint8Array>();
  readonly #err = new TransformStream<Uint8Array, Uint8Array>();
  readonly #exit = Promise.withResolvers<string>();
  readonly #writer = this.#out.writable.getWriter();
  readonly #errWriter = this.#err.writable.getWriter();
  readonly stdout = this.#out.readable;
  readonly stderr = this.#err.readable;
  readonly exit = this.#exit.promise;

  send(text: string): Promise<void> {
    this.received += text;
    return Promise.resolve();
  }

  kill(): void {
    if (this.killed++ === 0) this.end("signal SIGKILL");
  }

  async say(message: ForkMessage): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(messageLine(request.token, message)));
  }

  async complain(text: string): Promise<void> {
    await this.#errWriter.write(new TextEncoder().encode(text));
  }

  end(how: string): void {
    this.#exit.resolve(how);
    this.#writer.close().catch(() => {});
    this.#errWriter.close().catch(() => {});
  }
}

function start(options: Partial<SupervisorOptions> = {}) {
  const process = new PlayedProcess();
  const messages: ForkMessage[] = [];
  const ended = supervise(request, {
    spawn: () => process,
    timeoutMs: () => 1_000,
    onMessage: (message) => messages.push(message),
    onText: () => {},
    ...options,
  });
  return { process, messages, ended };
}

const begin = (id: string | null): ForkMessage => ({ type: "begin", id, phase: "round" });

Deno.test("supervise() sends the request, passes messages on, and is done when the fork says so", async () => {
  const { process, messages, ended } = start();
  await process.say(begin("a"));
  await process.say({ type: "done" });
  process.end("exit code 0");
  assertEquals(await ended, { status: "done" });
  assertEquals(messages, [begin("a"), { type: "done" }]);
  assertEquals(process.received.endsWith("\n"), true);
});

Deno.test("supervise() blames the benchmark that the fork worked on when it ended, and keeps its last words", async () => {
  const { process, ended } = start();
  await process.say(begin("a"));
  await process.say(begin(null));
  await process.complain("out of memory\n");
  process.end("exit code 9");
  assertEquals(await ended, { status: "crashed", benchmarkId: "a", exit: "exit code 9", stderr: "out of memory" });
});

Deno.test("supervise() adds a benchmark's times up, and kills the fork when they exceed its timeout", async () => {
  using time = new FakeTime();
  const { process, ended } = start({ timeoutMs: (id) => id === "slow" ? 1_000 : 10_000 });
  for (let i = 0; i < 2; i++) {
    await process.say(begin("slow"));
    await time.tick(400);
    await process.say(begin("other"));
    await time.tick(600);
  }
  await process.say(begin("slow"));
  await time.tick(199);
  assertEquals(process.killed, 0);
  await time.tick(2);
  assertEquals(await ended, { status: "timed_out", benchmarkId: "slow", timeoutMs: 1_000 });
});

Deno.test("supervise() ends a fork that says it is done but does not end", async () => {
  using time = new FakeTime();
  const { process, ended } = start();
  await process.say({ type: "done" });
  await time.tick(10_000);
  assertEquals(await ended, { status: "done" });
  assertEquals(process.killed > 0, true);
});

Deno.test("supervise() kills the fork when it is aborted, and starts none after that", async () => {
  const abort = new AbortController();
  const { process, ended } = start({ signal: abort.signal });
  await process.say(begin("a"));
  abort.abort();
  assertEquals(await ended, { status: "aborted" });
  assertEquals(process.killed > 0, true);
  let spawned = 0;
  const again = start({
    signal: abort.signal,
    spawn: () => {
      spawned++;
      return new PlayedProcess();
    },
  });
  assertEquals([(await again.ended).status, spawned], ["aborted", 0]);
});

Deno.test("supervise() tells what a broken fork says", async () => {
  const { process, ended } = start();
  await process.say({ type: "broken", message: "no such suite", stack: null });
  process.end("exit code 0");
  assertEquals(await ended, { status: "broken", message: "no such suite", stack: null });
});

Deno.test("supervise() takes a fork that the terminal interrupted before the run for aborted, not for crashed", async () => {
  const abort = new AbortController();
  const { process, ended } = start({ signal: abort.signal });
  process.end("signal SIGINT");
  await setImmediate();
  abort.abort();
  assertEquals(await ended, { status: "aborted" });
});

Deno.test("supervise() takes a fork that was interrupted by itself for crashed", async () => {
  using time = new FakeTime();
  const { process, ended } = start({ signal: new AbortController().signal });
  process.end("signal SIGINT");
  await time.tick(2_000);
  assertEquals((await ended).status, "crashed");
});
