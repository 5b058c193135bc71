import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { propagation, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import fc from "fast-check";
import { anyText } from "../../testdata/any_text.ts";
import { headersGetter, headersSetter, w3cPropagator } from "./propagators.ts";

const propagator = w3cPropagator();
const getter = { keys: () => [], get: (carrier: Record<string, string | string[]>, name: string) => carrier[name] };
const ID = "12345678901234567890123456789012", REST = "1234567890123456-01";
const extract = (carrier: Record<string, string | string[]>) => propagator.extract(ROOT_CONTEXT, carrier, getter);
const idOf = (traceparent: string | string[]) => trace.getSpanContext(extract({ traceparent }))?.traceId;
const stateOf = (tracestate: string | string[]) =>
  trace.getSpanContext(extract({ traceparent: `00-${ID}-${REST}`, tracestate }))?.traceState?.serialize();

Deno.test("TraceContextPropagator.extract() takes the traceparents that W3C's test suite takes", () => {
  const future = "-what-the-future-will-be-like";
  for (const text of [`00-${ID}-${REST}`, `cc-${ID}-${REST}`, `cc-${ID}-${REST}${future}`, ` \t00-${ID}-${REST}\t `]) {
    assertEquals(idOf(text), ID, text);
  }
  assertEquals(idOf([`00-${ID}-${REST}`]), ID);
});

Deno.test("TraceContextPropagator.extract() refuses the traceparents that W3C's test suite refuses", () => {
  const refused = [
    `00-${ID}-${REST}.`,
    `00-${ID}-${REST}-what`,
    `cc-${ID}-${REST}.what`,
    `ff-${ID}-${REST}`,
    `.0-${ID}-${REST}`,
    `0.-${ID}-${REST}`,
    `000-${ID}-${REST}`,
    `0000-${ID}-${REST}`,
    `0-${ID}-${REST}`,
    `00-${"0".repeat(32)}-${REST}`,
    `00-.${ID.slice(1)}-${REST}`,
    `00-${ID.slice(1)}.-${REST}`,
    `00-${ID}3-${REST}`,
    `00-${ID.slice(1)}-${REST}`,
    `00-${ID}-${"0".repeat(16)}-01`,
    `00-${ID}-.234567890123456-01`,
    `00-${ID}-12345678901234567-01`,
    `00-${ID}-123456789012345-01`,
    `00-${ID}-1234567890123456-.0`,
    `00-${ID}-1234567890123456-0.`,
    `00-${ID}-1234567890123456-001`,
    `00-${ID}-1234567890123456-1`,
    `00-${"A".repeat(32)}-${REST}`,
    "",
    `00-${ID}-${REST}, 00-${ID}-${REST}`,
    `00-${ID}-${REST}\n`,
    `\u000000-${ID}-${REST}`,
    " ".repeat(1e7) + `00-${ID}-${REST}`,
    `cc-${ID}-${REST}-` + "x".repeat(1e7),
  ];
  for (const text of refused) assertEquals(idOf(text), undefined, text.slice(0, 99));
  assertEquals(idOf([`00-${ID}-${REST}`, `00-${ID}-${REST}`]), undefined, "twice");
});

Deno.test("TraceContextPropagator.extract() takes and refuses tracestates as W3C's test suite does", () => {
  const members = (count: number) => Array.from({ length: count }, (_, n) => `bar${n}=${n}`);
  const value = " !\"#$%&'()*+-./0123456789:;<>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";
  const taken: [string | string[], string][] = [
    ["foo=1,bar=2", "foo=1,bar=2"],
    [["foo=1,bar=2", "rojo=1,congo=2", "baz=3"], "foo=1,bar=2,rojo=1,congo=2,baz=3"],
    [["foo=1", ""], "foo=1"],
    [["", "foo=1"], "foo=1"],
    ["foo=1 \t , \t bar=2, \t baz=3", "foo=1,bar=2,baz=3"],
    ["\t foo=1 \t", "foo=1"],
    [`a_-*/=${value}`, `a_-*/=${value}`],
    [`0a@a-z=${value}`, `0a@a-z=${value}`],
    [`${"z".repeat(256)}=1`, `${"z".repeat(256)}=1`],
    [`${"t".repeat(241)}@${"v".repeat(14)}=1`, `${"t".repeat(241)}@${"v".repeat(14)}=1`],
    [members(32), members(32).join()],
    [`foo=${"v".repeat(256)}`, `foo=${"v".repeat(256)}`],
  ];
  for (const [text, state] of taken) assertEquals(stateOf(text), state);
  const refused = [
    "",
    "foo=1,foo=1",
    "foo=1,foo=2",
    "foo =1",
    "FOO=1",
    "foo.bar=1",
    "foo@=1,bar=2",
    "@foo=1,bar=2",
    "foo@@bar=1,bar=2",
    "foo@bar@baz=1,bar=2",
    `foo=1,${"z".repeat(257)}=1`,
    `foo=1,${"t".repeat(242)}@v=1`,
    `foo=1,t@${"v".repeat(15)}=1`,
    "foo=bar=baz",
    "foo=,bar=3",
    "foo",
    `foo=${"v".repeat(257)}`,
    "foo=\u0001",
    "foo=ä",
    ",".repeat(1e7),
    "a=1,".repeat(3e6),
  ];
  for (const text of refused) assertEquals(stateOf(text), undefined, text.slice(0, 99));
  assertEquals(stateOf(["foo=1", "foo=1"]), undefined);
  assertEquals(stateOf(members(33)), undefined);
  assertEquals(extract({ tracestate: "foo=1" }), ROOT_CONTEXT, "without a traceparent");
});

Deno.test("BaggagePropagator reads what W3C's baggage tests have", () => {
  const read = (baggage: string | string[]) =>
    propagation.getBaggage(extract({ baggage }))?.getAllEntries()
      .map(([key, { value, metadata }]) => [key, value, metadata?.toString()]);
  const cases: [string | string[], unknown][] = [
    ["SomeKey=SomeValue", [["SomeKey", "SomeValue", undefined]]],
    ["SomeKey \t = \t SomeValue \t , \t K2 \t = \t V2 \t ", [["SomeKey", "SomeValue", undefined], [
      "K2",
      "V2",
      undefined,
    ]]],
    ["a=1;SomeProp,b=2;k=v;p", [["a", "1", "SomeProp"], ["b", "2", "k=v;p"]]],
    ["a=1 \t ; \t p \t , \t b=2 \t ; \t k \t = \t v", [["a", "1", "p"], ["b", "2", "k \t = \t v"]]],
    ["SomeKey=SomeValue=equals", [["SomeKey", "SomeValue=equals", undefined]]],
    ["k=%09%20%22%27%3B%3Dasdf%21%40%23%24%25%5E%26%2A%28%29", [["k", "\t \"';=asdf!@#$%^&*()", undefined]]],
    [["userId=alice", "serverNode=DF%2028"], [["userId", "alice", undefined], ["serverNode", "DF 28", undefined]]],
    ["a=%,b=%E4,c=%zz%41", [["a", "%", undefined], ["b", "\ufffd", undefined], ["c", "%zzA", undefined]]],
    ["__proto__=1", [["__proto__", "1", undefined]]],
    ['=1,a,b c=1,d=\u0001,e="x",f=1', [["f", "1", undefined]]],
    ["", undefined],
  ];
  for (const [text, entries] of cases) assertEquals(read(text), entries, String(text));
  assertEquals(read(Array.from({ length: 300 }, (_, n) => `k${n}=1`).join())?.length, 180);
  assertEquals(read("a=1," + "b".repeat(1e7) + "=2"), [["a", "1", undefined]]);
});

Deno.test("w3cPropagator() reads back what it wrote, whatever the values; and nothing makes it throw", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z!#$]{1,8}$/), anyText()), (values) => {
      const entries = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value }]));
      const span = { traceId: ID, spanId: ID.slice(16), traceFlags: 1 };
      const before = propagation.setBaggage(
        trace.setSpanContext(ROOT_CONTEXT, span),
        propagation.createBaggage(entries),
      );
      const headers = new Headers();
      propagator.inject(before, headers, headersSetter);
      const after = propagator.extract(ROOT_CONTEXT, headers, headersGetter);
      assertEquals(trace.getSpanContext(after), { ...span, isRemote: true });
      const read = propagation.getBaggage(after)?.getAllEntries() ?? [];
      assertEquals(
        Object.fromEntries(read.map(([key, { value }]) => [key, value])),
        Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value.toWellFormed()])),
      );
    }),
  );
  const text = fc.oneof(
    anyText(),
    fc.array(fc.string()),
    fc.string({ unit: fc.constantFrom("a", "=", ",", ";", "%", "0") }),
  );
  fc.assert(fc.property(text, text, (one, two) => {
    assert(extract({ traceparent: one, tracestate: two, baggage: one }) !== undefined);
    assert(extract({ traceparent: `00-${ID}-${REST}`, tracestate: two, baggage: two }) !== undefined);
  }));
  assertStrictEquals(
    propagator.extract(ROOT_CONTEXT, null, {
      keys: () => [],
      get: () => {
        throw new Error("hostile");
      },
    }),
    ROOT_CONTEXT,
  );
});
