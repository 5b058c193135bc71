import type { SharedPoolHandle } from "../handle.ts";

export const KINDS = ["cpu", "memoryMb", "gpu"] as const;
export const CAPACITY = { cpu: 8, memoryMb: 16, gpu: 2 };
type Kind = typeof KINDS[number];
type Request = { readonly [K in Kind]?: number };

/** What a test tells a Worker to do. */
export type Order =
  | { readonly task: "attach" | "die inside"; readonly handle: SharedPoolHandle<Kind> }
  | { readonly task: "hold" | "block" | "wait"; readonly request: Request }
  | { readonly task: "compute"; readonly ms: number }
  | { readonly task: "release" | "close" | "exit" | "throw" }
  | { readonly task: "hammer"; readonly ms: number; readonly name: number; readonly tokens: SharedArrayBuffer };

/** What the Worker answers. */
export interface Report {
  readonly error?: string;
  readonly thread?: number;
  readonly id?: number;
  readonly grants?: number;
  readonly timeouts?: number;
  readonly aborts?: number;
  readonly refusals?: number;
}
