import { assertEquals } from "@std/assert";
import { terminalOf } from "./terminal.ts";

const terminal = (env: Record<string, string>, isTerminal = true, columns: number | undefined = 100) =>
  terminalOf({ isTerminal, columns, env: (name) => env[name] }, true);

Deno.test("terminalOf uses colours and redraws on a terminal only", () => {
  assertEquals(terminal({}), { width: 100, color: true, redraws: true });
  assertEquals(terminal({}, false, undefined), { width: 200, color: false, redraws: false });
});

Deno.test("terminalOf heeds NO_COLOR unless it is empty, CI, TERM=dumb and --no-color", () => {
  assertEquals(terminal({ NO_COLOR: "1" }).color, false);
  assertEquals(terminal({ NO_COLOR: "" }).color, true);
  assertEquals(terminal({ CI: "true" }).redraws, false);
  assertEquals(terminal({ TERM: "dumb" }), { width: 100, color: false, redraws: false });
  assertEquals(terminalOf({ isTerminal: true, columns: 80, env: () => undefined }, false).color, false);
});

Deno.test("terminalOf takes COLUMNS if it is a sensible number", () => {
  assertEquals(terminal({ COLUMNS: "200" }).width, 200);
  assertEquals(["0", "-5", "wide", "", "1e9"].map((COLUMNS) => terminal({ COLUMNS }).width), [
    100,
    100,
    100,
    100,
    1000,
  ]);
});
