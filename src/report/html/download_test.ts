import { assertEquals, assertMatch } from "@std/assert";
import { gunzipSync } from "node:zlib";
import { downloadOf } from "./download.ts";

Deno.test("downloadOf holds the whole value, whatever is in it", () => {
  const value = { name: `</script>"'<img>\u202e`, values: [1, null, 2.5] };
  const { href, name, bytes } = downloadOf(value, "result");
  assertEquals(name, "result.json.gz");
  assertMatch(href, /^data:application\/gzip;base64,[\w+/]+=*$/);
  const file = Uint8Array.fromBase64(href.slice(href.indexOf(",") + 1));
  assertEquals(file.length, bytes);
  assertEquals(JSON.parse(gunzipSync(file).toString()), value);
});
