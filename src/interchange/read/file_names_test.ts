import { assertEquals } from "@std/assert";
import { fileNames } from "./file_names.ts";

Deno.test("fileNames() keeps as many folders as tell files of one name apart", () => {
  assertEquals(fileNames(["/a/b/x", "/a/c/x", "/d/c/x", "/d/y"]), ["b/x", "a/c/x", "d/c/x", "y"]);
  assertEquals(fileNames(["C:\\bench\\x.exe"]), ["x.exe"]);
});

Deno.test("fileNames() names the same file alike, and paths that differ in nothing but slashes by themselves", () => {
  assertEquals(fileNames(["/a/x", "/a/x"]), ["x", "x"]);
  assertEquals(fileNames(["/a/x", "//a/x", ""]), ["/a/x", "//a/x", ""]);
});
