/**
 * Bodies that work on text: V8's strings, its regular expressions, JSON.
 *
 * @module
 */

import type { DefineBenchmark } from "../definition.ts";

/** A text put together from eight pieces, and made flat by reading its end. */
export function stringBuild(bench: DefineBenchmark): void {
  const setup = () => ({ turn: 0, pieces: Array.from({ length: 16 }, (_, index) => `piece-${index % 10}, `) });
  bench("string_build", { setup }, (state) => {
    const turn = state.turn = (state.turn + 1) % 8;
    let text = "";
    for (let i = 0; i < 8; i++) text += state.pieces[turn + i];
    return text.length === 72 && text.charCodeAt(71) === 32;
  });
}

/** A line split at its commas into 16 fields. V8 remembers what it has split: the lines are of a kind that it does not. */
export function stringSplit(bench: DefineBenchmark): void {
  const setup = () => {
    const fields = Array.from({ length: 16 }, (_, index) => `field ${index}`);
    // Joined at run time, they are not among the strings that V8 has once only, and only those it remembers.
    return { turn: 0, lines: Array.from({ length: 8 }, (_, line) => [...fields, `of ${line}`].join(",")) };
  };
  bench("string_split", { setup }, (state) => {
    const turn = state.turn = (state.turn + 1) % 8;
    const fields = state.lines[turn]?.split(",") ?? [];
    return fields.length === 17 && fields[15] === "field 15";
  });
}

/** An address taken apart by a regular expression with two groups. */
export function regex(bench: DefineBenchmark): void {
  const setup = () => ({
    turn: 0,
    pattern: /^(\w+)@(\w+)\.example$/,
    texts: Array.from({ length: 8 }, (_, index) => `user${index}@host${index}.example`),
  });
  bench("regex", { setup }, (state) => {
    const turn = state.turn = (state.turn + 1) % 8;
    const match = state.pattern.exec(state.texts[turn] ?? "");
    return match !== null && match[1]?.length === 5 && match[2]?.length === 5;
  });
}

/** A small record written as JSON and read again. */
export function jsonRoundtrip(bench: DefineBenchmark): void {
  const setup = () => ({ id: 7, name: "record", tags: ["a", "b", "c"], at: { x: 1.5, y: -2 }, open: true });
  bench("json_roundtrip", { setup }, (record) => {
    const copy: unknown = JSON.parse(JSON.stringify(record));
    return typeof copy === "object" && copy !== null && "name" in copy && copy.name === "record";
  });
}
