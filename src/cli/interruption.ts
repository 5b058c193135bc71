/**
 * Ctrl-C, SIGTERM and a terminal that goes away: the first asks the run to end with what it has, the second ends the program at
 * once.
 *
 * @module
 */

import { EXIT_CODE, type ExitCode } from "./exit_code.ts";

/** A signal that asks the program to end. */
interface EndingSignal {
  readonly signal: Deno.Signal;
  readonly exitCode: ExitCode;
}

const SIGNALS: readonly EndingSignal[] = [
  { signal: "SIGINT", exitCode: EXIT_CODE.interrupted },
  // Windows knows no SIGTERM; Ctrl-Break and a closing window arrive as SIGBREAK there.
  { signal: Deno.build.os === "windows" ? "SIGBREAK" : "SIGTERM", exitCode: EXIT_CODE.terminated },
];

/** Its default would end this process alone, in the middle of whatever has to be cleaned up. Windows has no such signal. */
const HANG_UP: EndingSignal | undefined = Deno.build.os === "windows"
  ? undefined
  : { signal: "SIGHUP", exitCode: EXIT_CODE.hungUp };

/** Asked before anything is listened for: with its first listener Deno takes SIGHUP over, and it is ignored no more. */
const HEEDS_HANG_UP = HANG_UP !== undefined && isHangUpHeeded();

/** Listens for the signals from its making to its disposal. */
export class Interruption implements Disposable {
  readonly #controller = new AbortController();
  readonly #stack = new DisposableStack();
  #exitCode: ExitCode = EXIT_CODE.interrupted;

  /** Starts to listen; `tell` is called once, at the first signal. */
  constructor(tell: () => void) {
    for (const { signal, exitCode } of SIGNALS) {
      this.#listen(signal, () => {
        if (this.#controller.signal.aborted) Deno.exit(exitCode);
        this.#interrupt(signal, exitCode, tell);
      });
    }
    if (HANG_UP === undefined) return;
    const { signal, exitCode } = HANG_UP;
    this.#listen(signal, () => {
      // A terminal that closes says so twice, by its shell and by the system: nobody is impatient.
      if (HEEDS_HANG_UP && !this.#controller.signal.aborted) this.#interrupt(signal, exitCode, tell);
    });
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

  #listen(signal: Deno.Signal, listener: () => void): void {
    Deno.addSignalListener(signal, listener);
    this.#stack.defer(() => Deno.removeSignalListener(signal, listener));
  }

  #interrupt(signal: Deno.Signal, exitCode: ExitCode, tell: () => void): void {
    this.#exitCode = exitCode;
    tell();
    this.#controller.abort(new Error(`Received ${signal}`));
  }
}

/**
 * Whether SIGHUP is to end the program. Whoever starts it with `nohup` has the signal ignored, so the system is asked. Where it
 * does not tell, as on macOS, a program that has its stderr on a terminal was not started so, for `nohup` redirects it.
 */
function isHangUpHeeded(): boolean {
  if (Deno.build.os !== "linux") return Deno.stderr.isTerminal();
  try {
    return !isHangUpIgnored(Deno.readTextFileSync("/proc/self/status"));
  } catch {
    return Deno.stderr.isTerminal(); // there may be no /proc
  }
}

/** Of the mask of ignored signals, in hexadecimal, the lowest bit is that of signal 1, SIGHUP. */
function isHangUpIgnored(status: string): boolean {
  return /^SigIgn:\s*[0-9a-f]*[13579bdf]$/m.test(status);
}
