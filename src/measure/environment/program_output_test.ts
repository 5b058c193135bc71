import { assertEquals } from "@std/assert";
import { programOutput } from "./program_output.ts";

/** Runs a program that is on every machine that runs this test. */
const run = (code: string, timeoutMs: number) =>
  programOutput(Deno.execPath(), { args: ["eval", "--no-config", code], env: { GREETING: "hello" }, timeoutMs });

Deno.test("programOutput() gives what the program prints, with our variables in its environment", async () => {
  assertEquals(await run(`console.log(Deno.env.get("GREETING")); console.error("aside")`, 60_000), "hello\n");
});

Deno.test("programOutput() is null for a program that fails, takes too long or does not exist", async () => {
  assertEquals(await run(`console.log("half"); Deno.exit(3)`, 60_000), null);
  assertEquals(await run(`await new Promise((done) => setTimeout(done, 1e9))`, 1), null);
  assertEquals(await programOutput("no-such-program-anywhere", { args: [], timeoutMs: 60_000 }), null);
  assertEquals(await programOutput(Deno.execPath(), { args: [], cwd: "/no/such/folder", timeoutMs: 60_000 }), null);
});
