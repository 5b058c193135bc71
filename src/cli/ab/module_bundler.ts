/**
 * Makes one module of a file of benchmarks and all that it imports, so that a program can load it that cannot find them itself.
 *
 * @module
 */

import { Bundler } from "../../bundle/bundler.ts";
import type { BenchmarkModule } from "../../measure/duet/mod.ts";
import { visibleText } from "../../visible_text.ts";
import { UsageError } from "../usage_error.ts";

/** Bundles files. The thread that does is started for the first of them; dispose of this, and it ends. */
export class ModuleBundler implements Disposable {
  #bundler: Bundler | undefined;

  /**
   * Bundles a file: what is measured is what it is now, and all of its processes measure the same.
   *
   * @param cannot How an error begins: what cannot be done.
   * @param isOwn Whether this program will load it, rather than another, which has not the modules that this one has built in.
   * @throws {UsageError} If the file cannot be bundled.
   */
  async bundle(module: BenchmarkModule, cannot: string, isOwn = true): Promise<BenchmarkModule> {
    this.#bundler ??= new Bundler();
    const bundle = await this.#bundler.bundle(module.path);
    if (bundle.status === "failed") throw new UsageError(`${cannot}: ${visibleText(bundle.message)}`);
    if (isOwn || !bundle.usesProgram) return { ...module, url: bundle.url };
    throw new UsageError(
      `${cannot}: it imports what is built into this program, of which each of the two has its own; let it call ` +
        "Deno.bench, or compare two files of benchmarks",
    );
  }

  /** Ends the thread. */
  [Symbol.dispose](): void {
    this.#bundler?.[Symbol.dispose]();
  }
}
