/** How two numbers are ordered. */
export type Order = (a: number, b: number) => number;
