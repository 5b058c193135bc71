/**
 * What another program prints.
 *
 * @module
 */

/** How a program is run. */
export interface ProgramOptions {
  /** Its arguments. */
  readonly args: readonly string[];
  /** Environment variables on top of this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Its working directory; by default this process's own. */
  readonly cwd?: string;
  /** After how many milliseconds it is killed. */
  readonly timeoutMs: number;
}

/**
 * Runs a program and gives its standard output; null if there is no such program, it may not be run without asking the user,
 * it fails, or it takes too long. It never throws and never prompts.
 */
export async function programOutput(program: string, options: ProgramOptions): Promise<string | null> {
  if (Deno.permissions.querySync({ name: "run", command: program }).state !== "granted") return null;
  const { args, env = {}, cwd, timeoutMs } = options;
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const child = new Deno.Command(program, {
      args: [...args],
      env: { ...env },
      ...(cwd === undefined ? {} : { cwd }),
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    timer = setTimeout(() => kill(child), timeoutMs);
    const { success, stdout } = await child.output();
    return success ? new TextDecoder().decode(stdout) : null;
  } catch {
    return null; // no such program
  } finally {
    clearTimeout(timer);
  }
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // it ended in this very moment
  }
}
