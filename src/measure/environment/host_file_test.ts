import { assertEquals } from "@std/assert";
import { HostFile, readHostFile } from "./host_file.ts";

Deno.test("readHostFile() reads a file, and is null for one that is not there", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, "performance\n");
  assertEquals(readHostFile(path), "performance\n");
  await Deno.remove(path);
  assertEquals(readHostFile(path), null);
});

Deno.test("HostFile shows what the file holds at each read, up to its limit", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, "first");
  const file = HostFile.open(path, 8);
  assertEquals(file?.read(), "first");
  await Deno.writeTextFile(path, "something longer");
  assertEquals(file?.read(), "somethin");
  await Deno.writeTextFile(path, "");
  assertEquals(file?.read(), "");
  file?.close();
  file?.close();
  assertEquals(file?.read(), null, "closed");
  await Deno.remove(path);
  assertEquals(HostFile.open(path, 8), null, "no such file");
});
