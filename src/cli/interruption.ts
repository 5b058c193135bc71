/**
 * Ctrl-C and SIGTERM: the first asks the run to end with what it has, the second ends the program at once.
 *
 * @module
 */

import { EXIT_CODE, type ExitCode } from "./exit_code.ts";

const SIGNALS: readonly { readonly signal: Deno.Signal; readonly exitCode: ExitCode }[] = [
  { signal: "SIGINT", exitCode: EXIT_CODE.interrupted },
  // Windows knows no SIGTERM; Ctrl-Break and a closing window arrive as SIGBREAK there.
  { signal: Deno.build.os === "windows" ? "SIGBREAK" : "SIGTERM", exitCode: EXIT_CODE.terminated },
];

/** Listens for the signals from its making to its disposal. */
export class Interruption implements Disposable {
  readonly #controller = new AbortController();
  readonly #stack = new DisposableStack();
  #exitCode: ExitCode = EXIT_CODE.interrupted;

  /** Starts to listen; `tell` is called once, at the first signal. */
  constructor(tell: () => void) {
    for (const { signal, exitCode } of SIGNALS) {
      const listener = () => {
        if (this.#controller.signal.aborted) Deno.exit(exitCode);
        this.#exitCode = exitCode;
        tell();
        this.#controller.abort(new Error(`Received ${signal}`));
      };
      Deno.addSignalListener(signal, listener);
      this.#stack.defer(() => Deno.removeSignalListener(signal, listener));
    }
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What the program ends with if it was interrupted. */
  get exitCode(): ExitCode {
    return this.#exitCode;
  }

  /** Stops listening. */
  [Symbol.dispose](): void {
    this.#stack.dispose();
  }
}
