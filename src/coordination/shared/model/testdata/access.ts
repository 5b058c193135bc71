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

/** Makes an access that only looks at a word or changes it; answers what it was. */
export function perform(words: number[], { name, at, a, b }: Access): number {
  const old = words[at] ?? 0;
  switch (name) {
    case "load":
      break;
    case "store":
    case "exchange":
      words[at] = a | 0;
      break;
    case "write": // perhaps of a double
      words[at] = a;
      break;
    case "compareExchange":
      if (old === a) words[at] = b | 0;
      break;
    case "add":
      words[at] = (old + a) | 0;
      break;
    default:
      throw new Error(`no access to a word: ${name}`);
  }
  return old;
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
