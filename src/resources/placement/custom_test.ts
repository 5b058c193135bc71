import { assertEquals, assertThrows } from "@std/assert";
import { type ChooseNode, customPlacement, type NodeView } from "./custom.ts";
import { demandOf, NodeTable } from "./testdata/node_table.ts";

/** Two nodes, with kinds that are counted in tenths and in wholes. */
class Cluster extends NodeTable {
  override readonly names = ["left", "right"];
  override readonly kindNames = ["cpu", "gpu"];
  override readonly perWhole = [10, 1];

  constructor() {
    super(2, 2, [40, 2, 80, 0]);
  }

  open(choose: ChooseNode) {
    const index = customPlacement("mine", choose).open(this);
    this.indexes.push(index);
    return index;
  }
}

Deno.test("customPlacement() shows its function nodes and request by name, in wholes, as they are now", () => {
  const cluster = new Cluster(), seen: unknown[] = [];
  let views: readonly NodeView[] = [];
  const index = cluster.open((nodes, request) => {
    views = nodes;
    seen.push(structuredClone([request, ...nodes.map(({ name, free, capacity }) => ({ name, free, capacity }))]));
    return undefined;
  });
  assertEquals(index.find(demandOf(5, 1)), -1);
  const before = views;
  cluster.take(0, demandOf(15, 2));
  cluster.resize(1, 0, 100);
  cluster.resize(0, 1, 1);
  assertEquals(index.find(demandOf(5)), -1);
  assertEquals(views === before, true, "no view is made anew");
  assertEquals(seen, [
    [
      { cpu: 0.5, gpu: 1 },
      { name: "left", free: { cpu: 4, gpu: 2 }, capacity: { cpu: 4, gpu: 2 } },
      { name: "right", free: { cpu: 8, gpu: 0 }, capacity: { cpu: 8, gpu: 0 } },
    ],
    [
      { cpu: 0.5 },
      { name: "left", free: { cpu: 2.5, gpu: -1 }, capacity: { cpu: 4, gpu: 1 } },
      { name: "right", free: { cpu: 10, gpu: 0 }, capacity: { cpu: 10, gpu: 0 } },
    ],
  ]);
});

Deno.test("NodeView.fits() counts as the pool does, and refuses what it cannot count", () => {
  const cluster = new Cluster();
  cluster.open((nodes) => {
    const [left, right] = nodes;
    assertEquals([left?.fits({ cpu: 4, gpu: 2 }), left?.fits({ cpu: 4.1 }), left?.fits({})], [true, false, true]);
    assertEquals([right?.fits({ cpu: 8, gpu: 0 }), right?.fits({ gpu: 1 }), right?.fits({ cpu: Infinity })], [
      true,
      false,
      false,
    ]);
    assertThrows(
      () => left?.fits({ tpu: 1 }),
      TypeError,
      'Cannot tell whether "tpu" fits: the pool has no such resource; it has cpu, gpu',
    );
    for (const cpu of [-1, NaN]) {
      assertThrows(() => left?.fits({ cpu }), RangeError, `Cannot tell whether ${cpu} of cpu fits`);
    }
    return undefined;
  }).find(demandOf(1));
});

Deno.test("NodeView.fits() takes the request itself to the unit, where amounts in wholes are rounded", () => {
  const units = 2 ** 53 - 1;
  const table = new NodeTable(1, 1, [units]);
  Object.assign(table, { perWhole: [1_000_000] });
  const index = customPlacement("mine", (nodes, request) => nodes.find((node) => node.fits(request))).open(table);
  for (let less = 0; less < 100; less++) {
    table.free[0] = units - less;
    index.update(0);
    assertEquals(index.find(demandOf(units - less)), 0);
    assertEquals(index.find(demandOf(units - less + 1)), -1);
  }
});

Deno.test("customPlacement() refuses an answer that has no room, and says what is short", () => {
  const cluster = new Cluster();
  assertThrows(
    () => cluster.open((nodes) => nodes[1]).find(demandOf(90, 1)),
    RangeError,
    'Cannot place a request by "mine": its function chose node "right", which has only 8 of the 9 cpu and 0 of the 1 gpu ' +
      "that are asked for; return a node for which fits(request) is true, or undefined",
  );
});

Deno.test("customPlacement() refuses an answer that is none of its nodes, and a function that uses the pool", () => {
  let stranger: NodeView | undefined;
  new Cluster().open((nodes) => stranger = nodes[0]).find(demandOf(1));
  const wrong = (answer: unknown) => new Cluster().open(() => answer as NodeView).find(demandOf(1));
  const answers: [unknown, string][] = [
    [stranger, 'node "left" of another pool'],
    ["left", '"left"'],
    [Promise.resolve(), "a promise"],
    [0, "0"],
    [null, "null"],
    [{}, "an object"],
  ];
  for (const [answer, named] of answers) {
    assertThrows(
      () => wrong(answer),
      TypeError,
      `Cannot place a request by "mine": its function returned ${named}, which is no node of this pool; return one of the ` +
        "nodes that it is given, or undefined",
    );
  }
  const cluster = new Cluster();
  const index = cluster.open((nodes) => {
    index.find(demandOf(1));
    return nodes[0];
  });
  assertThrows(() => index.find(demandOf(1)), TypeError, "its function uses the pool while it chooses");
  assertThrows(
    () => customPlacement("mine", undefined as unknown as ChooseNode),
    TypeError,
    'Cannot make placement "mine": expected a function that chooses a node, got undefined',
  );
});

Deno.test("customPlacement() passes on what its function throws, and works again afterwards", () => {
  let calls = 0;
  const index = new Cluster().open((nodes) => {
    if (calls++ === 0) throw new Error("not today");
    return nodes[0];
  });
  assertThrows(() => index.find(demandOf(1)), Error, "not today");
  assertEquals(index.find(demandOf(1)), 0);
});
