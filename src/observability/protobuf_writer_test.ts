import { assertEquals } from "@std/assert";
import fc from "fast-check";
import protobuf from "protobufjs/minimal";
import { anyText } from "../testdata/any_text.ts";
import { ProtobufWriter } from "./protobuf_writer.ts";

type Field =
  | { readonly type: "int" | "sint" | "double" | "fixed32"; readonly value: number }
  | { readonly type: "fixed64"; readonly value: bigint }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "bytes"; readonly value: Uint8Array }
  | { readonly type: "message"; readonly value: readonly Field[] };

const WIRE_TYPES = { int: 0, sint: 0, double: 1, fixed64: 1, string: 2, bytes: 2, message: 2, fixed32: 5 };
const SIZE = Math.floor(Number.MAX_SAFE_INTEGER / 2);

const { fields } = fc.letrec<{ field: Field; fields: Field[] }>((tie) => ({
  field: fc.oneof(
    { depthSize: "small" },
    fc.record({ type: fc.constant("int"), value: fc.oneof(fc.nat(300), fc.maxSafeInteger()) }),
    fc.record({ type: fc.constant("sint"), value: fc.oneof(fc.integer(), fc.integer({ min: -SIZE, max: SIZE })) }),
    fc.record({ type: fc.constant("double"), value: fc.double() }),
    fc.record({ type: fc.constant("fixed32"), value: fc.nat(2 ** 32 - 1) }),
    fc.record({ type: fc.constant("fixed64"), value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) }),
    fc.record({ type: fc.constant("string"), value: anyText({ maxLength: 300 }) }),
    fc.record({ type: fc.constant("bytes"), value: fc.uint8Array({ maxLength: 300 }) }),
    fc.record({ type: fc.constant("message"), value: tie("fields") }),
  ),
  fields: fc.array(tie("field")),
}));

function write(writer: ProtobufWriter, fields: readonly Field[]): void {
  for (const [index, { type, value }] of fields.entries()) {
    const field = numberOf(index);
    if (type === "message") writer.message(field, value, write);
    else if (type === "bytes") writer.bytesOf(field, value);
    else if (type === "string") writer.string(field, value);
    else if (type === "fixed64") writer.fixed64(field, value);
    else writer[type](field, value);
  }
}

/** Some need more than one byte. */
const numberOf = (index: number) => 1 + index * 7;

/** Reads with another's reader what must be there. */
function readAs(reader: protobuf.Reader, expected: readonly Field[], end: number): Field[] {
  return expected.map(({ type, value }, index): Field => {
    assertEquals(reader.uint32(), numberOf(index) * 8 + WIRE_TYPES[type]);
    switch (type) {
      case "int":
        return { type, value: Number(reader.int64()) };
      case "sint":
        return { type, value: Number(reader.sint64()) };
      case "double":
        return { type, value: reader.double() };
      case "fixed32":
        return { type, value: reader.fixed32() };
      case "fixed64":
        return { type, value: BigInt(reader.fixed64().toString()) };
      case "string":
        return { type, value: reader.string() };
      case "bytes":
        return { type, value: new Uint8Array(reader.bytes()) };
      case "message": {
        const length = reader.uint32();
        return { type, value: readAs(reader, value, reader.pos + length) };
      }
    }
  }).concat(reader.pos === end ? [] : [{ type: "string", value: `ends at ${reader.pos}, not ${end}` }]);
}

Deno.test("ProtobufWriter writes what protobufjs reads, whatever the values and however deep", () =>
  fc.assert(
    fc.property(fields, (fields) => {
      const writer = new ProtobufWriter();
      write(writer, fields);
      const bytes = writer.bytes();
      assertEquals(readAs(protobuf.Reader.create(bytes), fields, bytes.length), fields);
    }),
    { numRuns: 200, endOnFailure: true },
  ));

Deno.test("ProtobufWriter puts lengths of one to four bytes before what they measure", () => {
  const lengths = [0, 127, 128, 16_383, 16_384, 2 ** 21 - 1, 2 ** 21];
  const writer = new ProtobufWriter();
  for (const length of lengths) writer.message(1, "é".repeat(length >>> 1), (writer, text) => writer.string(2, text));
  const reader = protobuf.Reader.create(writer.bytes());
  const found = lengths.map(() => [reader.uint32(), reader.uint32() > 0, reader.uint32(), reader.string().length]);
  assertEquals(found, lengths.map((length) => [10, true, 18, length >>> 1]));
});

Deno.test("ProtobufWriter.delimited() puts lengths before messages, and half a surrogate pair is replaced", () => {
  const writer = new ProtobufWriter();
  for (const text of ["\ud800a", "é".repeat(100)]) writer.delimited(text, (writer, text) => writer.string(1, text));
  const reader = protobuf.Reader.create(writer.bytes());
  const read = () => [reader.uint32(), reader.uint32(), reader.string()];
  assertEquals([read(), read()], [[6, 10, "\ufffda"], [203, 10, "é".repeat(100)]]);
});

Deno.test("ProtobufWriter keeps what it has when it grows", () => {
  const writer = new ProtobufWriter(), values = Array.from({ length: 1000 }, (_, index) => index + 0.5);
  for (const value of values) writer.double(1, value);
  const reader = protobuf.Reader.create(writer.bytes());
  assertEquals(values.map(() => (reader.uint32(), reader.double())), values);
});
