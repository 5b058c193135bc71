import type { Order } from "./types.ts";

export const ascending: Order = (a, b) => a - b;
