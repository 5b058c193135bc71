import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { codecOf, type MessageCodec } from "./channel_codec.ts";

/** Through the codec of another thread. */
function carry(value: unknown, sender: MessageCodec<unknown>, receiver: MessageCodec<unknown>): unknown {
  const length = sender.encode(value);
  receiver.room(length).set(sender.bytes.subarray(0, length));
  return receiver.decode();
}

const sender = codecOf("json"), receiver = codecOf("json");

/** What arrives is what JSON makes of it: in its order, of the same kinds, and refused if that is. */
function assertAsJson(value: unknown): void {
  const text = textOf(value);
  if (text === undefined) {
    assertThrows(() => carry(value, sender, receiver), TypeError);
    return;
  }
  const arrived = carry(value, sender, receiver);
  assertEquals(arrived, JSON.parse(text));
  assertStrictEquals(JSON.stringify(arrived), JSON.stringify(JSON.parse(text)));
}

function textOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

class Point {
  constructor(readonly x: number, readonly y: number) {}
}

/** Tells where it was asked. */
class Asked {
  toJSON(key: string): string {
    return `asked as ${JSON.stringify(key)}`;
  }
}

const units = fc.array(fc.integer({ min: 0, max: 0xff_ff }), { maxLength: 80 }).map((codes) =>
  String.fromCharCode(...codes)
);
const latin = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 80 }).map((codes) =>
  String.fromCharCode(...codes)
);
const leaf = fc.oneof(
  fc.constantFrom(
    null,
    true,
    false,
    undefined,
    0,
    -0,
    NaN,
    Infinity,
    127,
    128,
    -1,
    2 ** 31,
    -(2 ** 31),
    0.1,
    5e-324,
    1e300,
  ),
  fc.constantFrom(
    new Date(0),
    new Date(NaN),
    new Map([[1, 2]]),
    /x/,
    () => 0,
    Symbol("s"),
    new Point(1, 2),
    new Asked(),
  ),
  fc.constantFrom(
    Object(1),
    Object("s"),
    Object(true),
    Object.create(null),
    Object.create({ inherited: 1 }),
    new Uint8Array(2),
  ),
  fc.integer(),
  fc.double(),
  units,
  latin,
);
const name = fc.oneof(
  fc.constantFrom(
    "id",
    "kind",
    "toString",
    "constructor",
    "__proto__",
    "toJSON",
    "length",
    "0",
    "10",
    "",
    "\ufeff",
    "ä",
    "😀",
  ),
  latin,
  units,
);
const tree = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "medium", withCrossShrink: true }, leaf, tie("list"), tie("record")),
  list: fc.array(tie("value"), { maxLength: 8, depthIdentifier: "tree" }),
  record: fc.array(fc.tuple(name, tie("value")), { maxLength: 8, depthIdentifier: "tree" }).map((entries) =>
    Object.fromEntries(entries)
  ),
})).value;

Deno.test("The JSON codec carries what JSON carries, as JSON does", () =>
  fc.assert(fc.property(tree, assertAsJson), { numRuns: 500 }));

Deno.test("The JSON codec carries what there is that is peculiar in JSON", () => {
  const sparse = [1, , 3], long = "x".repeat(65); // deno-lint-ignore no-sparse-arrays
  const circle: Record<string, unknown> = {};
  circle.again = { and: circle };
  const ring: unknown[] = [];
  ring.push([ring]);
  const deep = [1, 2, 3, 4, 5, 6].reduce<unknown>(
    (inner, i) => i % 2 === 0 ? [inner, new Asked()] : { inner },
    new Asked(),
  );
  for (
    const value of [
      sparse,
      [undefined, () => 0, Symbol("s")],
      { a: undefined, b: [undefined], c: () => 0 },
      { at: new Date(1e12), asked: new Asked(), list: [new Asked(), [new Asked()]] },
      { ["__proto__"]: { x: 1 }, constructor: 1, toString: "s", hasOwnProperty: [] },
      { toJSON: 1, plain: { toJSON: () => "told" } },
      deep,
      circle,
      ring,
      { big: 1n },
      1n,
      "\ufefftext",
      "\ufeff" + long,
      "\ud800",
      "\udc00" + long,
      "ÿ\u0100",
      long + "😀",
      { [long]: 1, ["ä😀"]: 2, ["\ud800"]: 3 },
      Array.from({ length: 33 }, (_, i) => ({ i })),
      Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`key ${i}`, { i }])),
      Object.assign([1, 2], { extra: 3 }),
      Object.assign([1, 2], { toJSON: () => ({ three: 3 }) }),
      new Proxy({ a: 1 }, {}),
      "",
      [],
      {},
    ]
  ) {
    assertAsJson(value);
  }
});

Deno.test("The JSON codec reads each property once, in order, and none of what it refuses", () => {
  const read: string[] = [], tell = (name: string, value: unknown) => (read.push(name), value);
  const watched = {
    get a() {
      return tell("a", 1);
    },
    get b() {
      return tell("b", new Map());
    },
    list: [{
      get c() {
        return tell("c", "ä€");
      },
    }],
    get d() {
      return tell("d", undefined);
    },
  };
  assertEquals(carry(watched, sender, receiver), { a: 1, b: {}, list: [{ c: "ä€" }] });
  assertEquals(read, ["a", "b", "c", "d"]);
});

Deno.test("The JSON codec may be asked again while it asks a value", () => {
  let inner: unknown;
  const outer = {
    before: "b".repeat(40),
    get nested() {
      inner = carry({ inside: "i".repeat(2_000), more: [1, 2, 3] }, sender, receiver);
      return 7;
    },
    after: "a".repeat(40),
  };
  assertEquals(carry(outer, sender, receiver), { before: "b".repeat(40), nested: 7, after: "a".repeat(40) });
  assertEquals(inner, { inside: "i".repeat(2_000), more: [1, 2, 3] });
  const broken = {
    get thrown(): number {
      throw new Error("not today");
    },
  };
  assertThrows(() => sender.encode(broken), Error, "not today");
  assertEquals(carry([1, 2], sender, receiver), [1, 2]);
});

Deno.test("The JSON codec keeps strings and names apart that are alike", () => {
  for (let i = 0; i < 3_000; i++) {
    const word = `w${i % 700}${"xyz"[i % 3]}`;
    assertEquals(carry({ [word]: word, [`${word}!`]: `${word}!` }, sender, receiver), {
      [word]: word,
      [`${word}!`]: `${word}!`,
    });
  }
});

Deno.test("The JSON codec keeps no room for a long message longer than it needs it", () => {
  const one = codecOf("json"), other = codecOf("json"), long = "x".repeat(2 ** 20);
  assertEquals(carry(long, one, other), long);
  assert(one.bytes.length > 2 ** 20);
  assertEquals(carry("short", one, other), "short");
  assert(one.bytes.length < 10_000 && other.room(1).length < 10_000);
});

Deno.test("The JSON codec makes objects though Object.prototype is frozen or has more in it", () => {
  Object.defineProperty(Object.prototype, "polluted", { set: () => assert(false, "called"), configurable: true });
  try {
    assertEquals(Object.keys(Object(carry({ polluted: 1, other: 2 }, codecOf("json"), codecOf("json")))), [
      "polluted",
      "other",
    ]);
  } finally {
    Reflect.deleteProperty(Object.prototype, "polluted");
  }
});
