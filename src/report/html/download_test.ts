import { assertEquals } from "@std/assert";
import { unpacked } from "../../measure/packed_document.ts";
import { visibleJson } from "../../visible_text.ts";
import { downloadOf } from "./download.ts";

Deno.test("downloadOf holds the whole value, whatever is in it, and the size of its file", () => {
  const value = { name: `</template></script>"'<img>\u202e`, values: [1, null, 2.5] };
  const { packed, name, bytes } = downloadOf(value, "result");
  assertEquals(name, "result.json");
  assertEquals(bytes, new TextEncoder().encode(visibleJson(value) + "\n").length);
  assertEquals(unpacked(packed, 1000), value);
});
