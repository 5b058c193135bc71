/**
 * Errors that nobody has caught.
 *
 * @module
 */

import { settle } from "./fake_time.ts";

/** Runs `body`, and answers what was thrown outside of it meanwhile. */
export async function uncaughtBy(body: () => Promise<void>): Promise<unknown[]> {
  const errors: unknown[] = [];
  const listener = (event: ErrorEvent) => {
    event.preventDefault();
    errors.push(event.error);
  };
  addEventListener("error", listener);
  try {
    await body();
    await settle();
  } finally {
    removeEventListener("error", listener);
  }
  return errors;
}
