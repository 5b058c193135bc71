import { assertEquals } from "@std/assert";

Deno.test({
  name: "Observed runs go on when what is printed finds its disk full, and what was not printed is counted",
  ignore: Deno.build.os !== "linux", // no /dev/full
  async fn() {
    const script = new URL("./testdata/full_output.ts", import.meta.url).pathname;
    const config = new URL("../../deno.json", import.meta.url).pathname;
    const told = await Deno.makeTempFile();
    const { code } = await new Deno.Command("sh", {
      args: [
        "-c",
        'exec "$@" > /dev/full 2> /dev/full',
        "sh",
        Deno.execPath(),
        "run",
        "--allow-all",
        "--no-check",
        "--config",
        config,
        script,
        told,
      ],
      stdin: "null",
    }).output();
    const text = await Deno.readTextFile(told);
    await Deno.remove(told);
    assertEquals([code, text === "" ? undefined : JSON.parse(text)], [0, {
      completed: 100,
      hasProvider: true,
      notPrinted: 200,
      notExported: 200,
      alertsNotPrinted: 100,
      failures: [100],
      visits: 100,
    }]);
  },
});
