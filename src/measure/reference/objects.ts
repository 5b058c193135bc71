/**
 * Bodies that make small objects: they live on allocation and on the collector's young generation.
 *
 * Counters go round: a number that outgrew the small integers would change the compiled code in the middle of a run.
 *
 * @module
 */

import type { DefineBenchmark } from "../definition.ts";

/** Two object literals, one within the other, which outlive the call. */
export function objectOps(bench: DefineBenchmark): void {
  bench("object_ops", { setup: () => ({ turn: 0, last: { id: 0, at: { x: 0, y: 0, z: 0, w: 0 } } }) }, (state) => {
    const turn = state.turn = (state.turn + 1) % 1024;
    const { at } = state.last;
    state.last = { id: turn, at: { x: at.y, y: at.z, z: at.w, w: turn } };
    return state.last.at.w === turn && state.last.at.z === at.w;
  });
}

class Shape {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

class Rectangle extends Shape {
  readonly width: number;
  readonly height: number;
  constructor(width: number, height: number) {
    super("rectangle");
    this.width = width;
    this.height = height;
  }
  area(): number {
    return this.width * this.height;
  }
}

/** An instance of a derived class, and a call of its method. */
export function classConstruct(bench: DefineBenchmark): void {
  bench("class_construct", { setup: () => ({ turn: 0, last: new Rectangle(1, 1) }) }, (state) => {
    const turn = state.turn = (state.turn + 1) % 1024;
    const made = new Rectangle(turn, 3);
    state.last = made;
    return made.area() === turn * 3 && made.name.length === 9;
  });
}

/** A closure over a variable that changes, which outlives the call. */
export function closureCreate(bench: DefineBenchmark): void {
  bench("closure_create", { setup: () => ({ turn: 0, last: (added: number) => added }) }, (state) => {
    const turn = state.turn = (state.turn + 1) % 1024;
    let total = turn;
    state.last = (added) => total += added;
    return state.last(1) === turn + 1 && total === turn + 1;
  });
}

/** A map of 64 text keys: looked up, changed, looked up again. */
export function mapOps(bench: DefineBenchmark): void {
  const setup = () => {
    const keys = Array.from({ length: 64 }, (_, index) => `key ${index}`);
    return { turn: 0, keys, map: new Map(keys.map((key) => [key, 0])) };
  };
  bench("map_ops", { setup }, (state) => {
    const turn = state.turn = (state.turn + 1) % 64;
    const key = state.keys[turn] ?? "";
    const next = ((state.map.get(key) ?? 0) + 1) % 1024;
    state.map.set(key, next);
    return state.map.get(key) === next && state.map.has(key);
  });
}

/** A structured clone of a small record. */
export function structuredCloneSmall(bench: DefineBenchmark): void {
  const setup = () => ({ id: 7, tags: ["a", "b"], at: { x: 1, y: 2 } });
  bench("structured_clone", { setup }, (record) => {
    const copy = structuredClone(record);
    return copy !== record && copy.at.y === 2 && copy.tags.length === 2;
  });
}
