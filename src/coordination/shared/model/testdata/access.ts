import type { WaitOutcome } from "../../atomic_memory.ts";

/** Something that a thread does, and that others may notice. */
export interface Access {
  readonly name:
    | "load"
    | "store"
    | "exchange"
    | "compareExchange"
    | "add"
    | "write"
    | "wait"
    | "spin"
    | "waitAsync"
    | "turn"
    | "notify"
    | "isDead"
    | "isAsleep";
  readonly at: number;
  readonly a: number;
  readonly b: number;
}

/** What an access answers. */
export type Result = number | WaitOutcome;

/** Whether an access may change its word. */
export function isWrite({ name }: Access): boolean {
  return name === "store" || name === "exchange" || name === "compareExchange" || name === "add" || name === "write";
}

/** Whether an access is no more than a look at a word, or a change of it. */
export function isWordAccess(access: Access): boolean {
  return access.name === "load" || isWrite(access);
}

/** What a word is after an access that only looks at it or changes it. */
export function wordAfter(old: number, { name, a, b }: Access): number {
  switch (name) {
    case "load":
      return old;
    case "store":
    case "exchange":
      return a | 0;
    case "write": // perhaps of a double
      return a;
    case "compareExchange":
      return old === a ? b | 0 : old;
    case "add":
      return (old + a) | 0;
    default:
      throw new Error(`no access to a word: ${name}`);
  }
}

/** An access, as a schedule shows it. */
export function describe({ name, at, a, b }: Access): string {
  switch (name) {
    case "turn":
      return name;
    case "load":
    case "isDead":
    case "isAsleep":
      return `${name} [${at}]`;
    case "wait":
    case "spin":
    case "waitAsync":
      return `${name} [${at}] while ${a}`;
    case "compareExchange":
      return `${name} [${at}] ${a} -> ${b}`;
    default:
      return `${name} [${at}] ${a}`;
  }
}
