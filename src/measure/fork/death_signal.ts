/**
 * Linux' signal to a process whose parent is gone: it reaches one that never returns, and needs no thread that waits for it.
 *
 * @module
 */

import { type Libc, openLibc } from "../environment/libc.ts";

const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9n;
const STDIN = 0;
const POLLHUP = 0x10;

/**
 * Has the system kill this process as soon as the thread that started it is gone: see prctl(2).
 *
 * @returns Whether it will; not where the system is another, or the C library may not be called.
 */
export function requestDeathSignal(): boolean {
  return asked(({ prctl }) => prctl(PR_SET_PDEATHSIG, SIGKILL, 0n, 0n, 0n) === 0);
}

/** Whether nobody holds the other end of stdin any more: for a parent that was gone before the signal was asked for. */
export function isInputHungUp(): boolean {
  const file = Uint8Array.of(STDIN, 0, 0, 0, 0, 0, 0, 0); // struct pollfd: what happened stands in its last two bytes
  return asked(({ poll }) => poll(file, 1n, 0) > 0 && ((file[6] ?? 0) & POLLHUP) !== 0);
}

/** What the C library answers; false where it may not be called. */
function asked(ask: (symbols: Libc["symbols"]) => boolean): boolean {
  const libc = openLibc();
  if (libc === null) return false;
  try {
    return ask(libc.symbols);
  } finally {
    libc.close();
  }
}
