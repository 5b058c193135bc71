import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { commandWords, splitWords } from "./command_words.ts";

Deno.test("splitWords() parts words at blanks, and keeps what is quoted or escaped together", () => {
  assertEquals(splitWords(`  a 'b c'  "d\\"e" f\\ g h'i'"j" '' `), ["a", "b c", 'd"e', "f g", "hij", ""]);
  assertEquals(splitWords(`"a\\nb" '\\' $HOME *`), ["a\\nb", "\\", "$HOME", "*"]);
  assertEquals(splitWords(" \t\n"), []);
});

Deno.test("splitWords() gives back any words that were quoted for a shell", () => {
  const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
  fc.assert(fc.property(fc.array(fc.string()), (words) => {
    assertEquals(splitWords(words.map(quoted).join(" ")), words);
  }));
});

Deno.test("commandWords() refuses what cannot be split, and leaves all of it to a shell", () => {
  const none = { kind: "none" } as const;
  assertThrows(() => commandWords("echo 'a", none), SyntaxError, "a ' is not closed");
  assertThrows(() => commandWords("echo \\", none), SyntaxError, "ends with a backslash");
  assertThrows(() => commandWords("  ", none), SyntaxError, "names no program");
  assertEquals(commandWords("echo 'a", { kind: "shell", program: "sh" }), ["sh", "-c", "echo 'a"]);
});
