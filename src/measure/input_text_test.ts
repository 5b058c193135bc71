import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DocumentError } from "./document_error.ts";
import { readInputText } from "./input_text.ts";
import { packed } from "./packed_document.ts";

async function withFile(bytes: Uint8Array, test: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "result.json");
    await Deno.writeFile(path, bytes);
    await test(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function utf16(text: string, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * text.length));
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), littleEndian);
  return new Uint8Array(view.buffer);
}

const utf8 = new TextEncoder();

Deno.test("readInputText() reads UTF-8, UTF-16 with a mark, and gzip of one or several members", async () => {
  const twice = new Uint8Array([...gzipSync("ein P"), ...gzipSync("üffin 🐧")]);
  for (
    const bytes of [
      utf8.encode("ein Püffin 🐧"),
      utf8.encode("\ufeffein Püffin 🐧"),
      utf16("\ufeffein Püffin 🐧", true),
      utf16("\ufeffein Püffin 🐧", false),
      gzipSync("ein Püffin 🐧"),
      twice,
    ]
  ) {
    await withFile(bytes, async (path) => assertEquals(await readInputText(path), "ein Püffin 🐧"));
  }
});

Deno.test("readInputText() refuses what is not text, and damaged archives", async () => {
  const whole = gzipSync("x".repeat(1_000));
  const cases: [Uint8Array, string][] = [
    [new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1]), "not text"],
    [new Uint8Array([0x66, 0xff, 0xfe]), "not text"],
    [gzipSync(new Uint8Array([0xff])), "not text"],
    [whole.subarray(0, -9), "damaged gzip"],
    [new Uint8Array([...whole, 1, 2, 3]), "damaged gzip"],
    [whole.map((byte, i) => i === whole.length - 7 ? byte ^ 1 : byte), "damaged gzip"],
  ];
  for (const [bytes, reason] of cases) {
    await withFile(bytes, async (path) => {
      const error = await assertRejects(() => readInputText(path), DocumentError, reason);
      assertEquals(error.code, "document_unreadable");
      assertStringIncludes(error.message, JSON.stringify(path));
      assertEquals(error.message.includes("\n"), false);
    });
  }
});

Deno.test("readInputText() unpacks no more than the bound, and reads as much as the bound", async () => {
  const bound = 1 << 20;
  await withFile(gzipSync("x".repeat(bound)), async (path) => {
    assertEquals((await readInputText(path, bound)).length, bound);
  });
  await withFile(gzipSync("x".repeat(bound + 1)), async (path) => {
    const error = await assertRejects(
      () => readInputText(path, bound),
      DocumentError,
      "it unpacks to more, at most 1 MB",
    );
    assertEquals(error.code, "document_too_large");
  });
});

/** A page that holds a packed text. */
function page(packed: string): Uint8Array {
  return utf8.encode(
    `<!DOCTYPE html>\n<html><body><p>A page</p><template id="packed">${packed}</template></body></html>`,
  );
}

Deno.test("readInputText() takes a page of this program for the document in it, within the bound", async () => {
  const value = { samples: Array.from({ length: 1000 }, (_, i) => i), name: "a" };
  const text = JSON.stringify(value) + "\n";
  await withFile(page(packed(value)), async (path) => {
    assertEquals(await readInputText(path, 10_000), text);
    const error = await assertRejects(
      () => readInputText(path, text.length - 1),
      DocumentError,
      "page unpacks to more",
    );
    assertEquals(error.code, "document_too_large");
  });
  await withFile(page(packed("x".repeat(10_000))), async (path) => {
    const error = await assertRejects(() => readInputText(path, 5000), DocumentError, "page unpacks to more");
    assertEquals(error.code, "document_too_large");
  });
});

Deno.test("readInputText() tells that the document in a page is damaged, and leaves other pages alone", async () => {
  for (
    const damaged of [packed({ a: [1, 2, 3] }).slice(0, -9), "", "!!!!", packed({ a: 1 }).replace(/^..../, "####")]
  ) {
    await withFile(page(damaged), async (path) => {
      const error = await assertRejects(
        () => readInputText(path),
        DocumentError,
        "the document in this page is damaged",
      );
      assertEquals(error.code, "document_unreadable");
      assertStringIncludes(error.message, path);
    });
  }
  await withFile(
    utf8.encode("<!DOCTYPE html><p>"),
    async (path) => assertEquals(await readInputText(path), "<!DOCTYPE html><p>"),
  );
});
