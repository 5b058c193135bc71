import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type EndedProcess, PortableRunner, type ProcessRequest, type ProcessRunner } from "./command_process.ts";
import { LinuxRunner } from "./linux_process.ts";

const opened = LinuxRunner.open();
if (typeof opened !== "string") opened.close();

const RUNNERS: readonly { name: string; open: () => ProcessRunner; ignore: boolean }[] = [
  { name: "PortableRunner", open: () => new PortableRunner("for a test"), ignore: Deno.build.os === "windows" },
  { name: "LinuxRunner", open: openLinux, ignore: typeof opened === "string" }, // only Linux has its C library
];

function openLinux(): ProcessRunner {
  const runner = LinuxRunner.open();
  if (typeof runner === "string") throw new Error(runner);
  return runner;
}

function request(script: string, more: Partial<ProcessRequest> = {}): ProcessRequest {
  const environment = Deno.env.toObject();
  return { words: ["sh", "-c", script], environment, showOutput: false, killsRest: true, timeoutMs: 60_000, ...more };
}

async function ended(run: ReturnType<ProcessRunner["run"]>): Promise<EndedProcess> {
  const outcome = await run;
  assert(outcome.status === "ended");
  return outcome;
}

for (const { name, open, ignore } of RUNNERS) {
  Deno.test({
    name: `${name} tells exit codes, the end of stderr, and why a program does not start`,
    ignore,
    fn: async () => {
      const runner = open();
      for (const how of ["run", "observe"] as const) {
        const failed = await ended(runner[how](request("seq 9 >&2; echo no; exit 3")));
        assertEquals([failed.exitCode, failed.stderrTail], [3, "5\n6\n7\n8\n9"]);
        assert(failed.wallNs > 0);
        assertEquals((await ended(runner[how](request("kill -9 $$")))).exitCode, 137);
        assertEquals((await ended(runner[how](request("read x && exit 1; exit 0")))).exitCode, 0, "stdin is empty");
        const nowhere = await runner[how](request("", { words: ["no-such-program"] }));
        assert(nowhere.status === "unstarted");
        assertStringIncludes(nowhere.reason, "no-such-program");
      }
      const environment = { ...Deno.env.toObject(), TOLD: "ä b" };
      const told = await ended(runner.run(request('printf %s "$TOLD" >&2', { environment })));
      assertEquals(told.stderrTail, "ä b");
      runner.close();
    },
  });

  Deno.test({
    name: `${name} kills what takes too long, or is not wanted any more`,
    ignore,
    fn: async () => {
      const runner = open();
      const late = await ended(runner.run(request("exec sleep 60", { timeoutMs: 20 })));
      assertEquals([late.exitCode, late.timedOut], [137, true]);
      const interruption = new AbortController();
      const running = ended(runner.run(request("exec sleep 60", { signal: interruption.signal })));
      interruption.abort();
      assertEquals((await running).timedOut, false);
      assertEquals((await ended(runner.run(request("exec sleep 60", { signal: AbortSignal.abort() })))).exitCode, 137);
      runner.close();
    },
  });
}

Deno.test({
  name: "LinuxRunner tells processor time, and memory that is the command's own",
  ignore: typeof opened === "string",
  fn: async () => {
    const runner = openLinux();
    const words = ["dd", "if=/dev/zero", "of=/dev/null", "count=1", "bs=50000000"] as const;
    const large = await ended(runner.observe(request("", { words })));
    const small = await ended(runner.observe(request("", { words: ["true"] })));
    assert((large.peakBytes ?? 0) > 50_000_000 && (large.peakBytes ?? 0) < 80_000_000, `${large.peakBytes}`);
    assert((small.peakBytes ?? 0) > 0 && (small.peakBytes ?? 0) < 20_000_000, `${small.peakBytes}`);
    const busy = await ended(runner.run(request("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done")));
    const cpuNs = (busy.userNs ?? 0) + (busy.systemNs ?? 0);
    assert(cpuNs > 0 && cpuNs <= 1.2 * busy.wallNs, `${cpuNs} of ${busy.wallNs}`);
    runner.close();
  },
});

Deno.test({
  name: "LinuxRunner kills what a command leaves running in its group, unless that is to stay",
  ignore: typeof opened === "string",
  fn: async () => {
    const runner = openLinux();
    const script = "sleep 60 & echo $! >&2";
    const isRunning = async (pid: string) => !/^State:\s+[ZX]/m.test(await Deno.readTextFile(`/proc/${pid}/status`));
    const gone = (await ended(runner.run(request(script)))).stderrTail;
    let looks = 10_000; // it was killed, but may not have noticed yet
    while (looks > 0 && await isRunning(gone).catch(() => false)) looks--;
    assert(looks > 0);
    const left = (await ended(runner.run(request(script, { killsRest: false })))).stderrTail;
    assertEquals(await isRunning(left), true);
    Deno.kill(Number(left), "SIGKILL");
    runner.close();
  },
});
