import { assert, assertEquals } from "@std/assert";
import { AlertManager } from "../alerts/alert_manager.ts";
import { AlertBoard } from "./alert_board.ts";

Deno.test("AlertBoard shows the worst first, with silences, and knows what is new", () => {
  using alerts = new AlertManager({ source: { find: () => undefined } });
  const board = new AlertBoard(alerts);
  assert(board.look() && !board.look());
  alerts.trigger("Slow", { severity: "info", value: 7 });
  alerts.trigger("DiskFull", {
    severity: "critical",
    labels: { disk: "sda\n" },
    annotations: { summary: "<b>full</b>" },
  });
  const anyDisk = { match: { disk: /./ }, durationMs: 60_000, createdBy: "ops", comment: "later" };
  alerts.silence({ ...anyDisk, startsInMs: 60_000 });
  alerts.silence({
    match: { disk: /^sd/, host: { not: "x" } },
    durationMs: 60_000,
    createdBy: "ops",
    comment: "known",
  });
  alerts.trigger("Over");
  alerts.resolve("Over");
  assert(board.look());
  assertEquals(board.version, 2);
  const { view } = board;
  assertEquals([view?.firing, view?.pending, view?.unshown], [2, 0, 0]);
  assertEquals(view?.alerts.map(({ name, state, silence }) => [name, state, silence]), [
    ["DiskFull", "firing", 2],
    ["Slow", "firing", null],
    ["Over", "resolved", null],
  ]);
  assertEquals(view?.alerts[0]?.labels, [["disk", "sda\\n"]]);
  assertEquals(view?.alerts[0]?.annotations, [["summary", "<b>full</b>"]]);
  assertEquals([view?.alerts[0]?.value, view?.alerts[1]?.value], [null, 7]);
  assertEquals(view?.silences[0]?.isActive, false);
  assertEquals(view?.silences[1], {
    id: 2,
    isActive: true,
    match: 'disk ~ /^sd/, host ≠ "x"',
    durationMs: 60_000,
    createdBy: "ops",
    comment: "known",
  });
});

Deno.test("AlertBoard shows two hundred alerts and counts the others", () => {
  using alerts = new AlertManager({ source: { find: () => undefined } });
  for (let host = 0; host < 203; host++) alerts.trigger("Down", { labels: { host: String(host) } });
  const board = new AlertBoard(alerts);
  board.look();
  assertEquals([board.view?.alerts.length, board.view?.unshown, board.view?.firing], [200, 3, 203]);
});
