/**
 * Runs the steps of a workflow's job or of a composite action as GitHub's runner does, without GitHub: expressions by GitHub's own library,
 * scripts by their shells, and in place of other repositories' actions what a test gives for them.
 *
 * @module
 */

import { data, Evaluator, Lexer, Parser } from "@actions/expressions";
import { assert } from "@std/assert";
import { join } from "node:path";
import { parse as parseYaml } from "yaml";
import { type Outcome, run } from "../../src/cli/testdata/program.ts";

/** A step of a job or of an action. */
interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
  readonly shell?: string;
}

/** A job of a workflow. */
export interface Job {
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

/** What an expression may name: `github`, `runner`, `matrix` … */
export type Contexts = Readonly<Record<string, unknown>>;

/** What stands for an action: it is given its inputs, and returns its outputs. */
export type Action = (inputs: Readonly<Record<string, string>>) => Readonly<Record<string, string>> | void;

/** Where a job is run. */
export interface Runner {
  /** The job's folder. */
  readonly workspace: string;
  /** A folder for the runner's own files. */
  readonly temp: string;
  /** What the job's expressions may name, besides `inputs`, `steps` and `env`. */
  readonly contexts: Contexts;
  /** Variables that the runner has. */
  readonly env: Readonly<Record<string, string>>;
  /** What stands for actions, by name without version. */
  readonly actions: Readonly<Record<string, Action>>;
  /** The folder of an action that is run itself, by name without version. */
  readonly composites: Readonly<Record<string, string>>;
}

/** How a job ended. */
export interface JobOutcome {
  /** Whether no step failed. */
  readonly success: boolean;
  /** Names of the steps that were not skipped. */
  readonly ran: readonly string[];
  /** What the scripts wrote, each after the other. */
  readonly text: string;
}

/** Runs a job's steps in order; one that fails skips those that do not ask to be run all the same. */
export async function runJob(job: Job, runner: Runner): Promise<JobOutcome> {
  const ran: string[] = [], outputs: Record<string, unknown> = {};
  let success = true, text = "", path = runner.env.PATH ?? Deno.env.get("PATH") ?? "";
  for (const [index, step] of job.steps.entries()) {
    const contexts = { ...runner.contexts, steps: outputs };
    if (!isDue(step.if, contexts, success)) continue;
    ran.push(step.name ?? step.uses ?? step.run ?? "");
    const action = step.uses?.split("@")[0] ?? "";
    const inputs = evaluateAll(step.with, contexts);
    const composite = runner.composites[action];
    if (step.run !== undefined) {
      const added = join(runner.temp, `path-${crypto.randomUUID()}`);
      await Deno.writeTextFile(added, "");
      const own = { ...evaluateAll(job.env, contexts), ...evaluateAll(step.env, contexts) };
      const env = { ...runner.env, PATH: path, GITHUB_PATH: added, ...own };
      const { code, stdout, stderr } = await runScript(step, runner, env, `${index}`);
      text += stdout + stderr;
      success &&= code === 0;
      path = [...(await Deno.readTextFile(added)).split("\n").filter((line) => line !== "").toReversed(), path].join(
        ":",
      );
    } else if (composite !== undefined) {
      const outcome = await runComposite(composite, inputs, runner);
      text += outcome.text;
      success &&= outcome.success;
    } else {
      const stand = runner.actions[action];
      assert(stand !== undefined, `nothing stands for ${step.uses}`);
      const told = stand(inputs) ?? {};
      if (step.id !== undefined) outputs[step.id] = { outputs: told };
    }
  }
  return { success, ran, text };
}

async function runComposite(folder: string, given: Readonly<Record<string, string>>, runner: Runner) {
  const { inputs, runs }: { inputs: Record<string, { default?: string }>; runs: Job } = parseYaml(
    await Deno.readTextFile(join(folder, "action.yml")),
  );
  for (const name of Object.keys(given)) assert(name in inputs, `the action has no input ${name}`);
  const defaults = Object.fromEntries(Object.entries(inputs).map(([name, { default: value = "" }]) => [name, value]));
  const contexts = { ...runner.contexts, inputs: { ...evaluateAll(defaults, runner.contexts), ...given } };
  return await runJob(runs, { ...runner, contexts, env: { ...runner.env, GITHUB_ACTION_PATH: folder } });
}

/** A script is a file, and is given to its shell as GitHub documents it. */
async function runScript(step: Step, runner: Runner, env: Record<string, string>, name: string): Promise<Outcome> {
  const script = join(runner.temp, `${name}.sh`);
  await Deno.writeTextFile(script, step.run ?? "");
  const flags = step.shell === "bash" ? ["--noprofile", "--norc", "-eo", "pipefail"] : ["-e"];
  return await run(["bash", ...flags, script], [], { cwd: runner.workspace, env });
}

/** Whether a step is run: what does not ask how the job stands is run only while nothing has failed. */
function isDue(condition: string | undefined, contexts: Contexts, success: boolean): boolean {
  if (condition === undefined) return success;
  const asks = /\b(always|success|failure|cancelled)\(/.test(condition);
  const status = { always: true, success, failure: !success, cancelled: false };
  return (asks || success) && truth(evaluate(condition, contexts, status));
}

const truth = (value: data.ExpressionData) => !["", "0", "false"].includes(value.coerceString());

function evaluateAll(texts: Readonly<Record<string, unknown>> = {}, contexts: Contexts): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [
      name,
      String(text).replace(
        /\$\{\{(.*?)\}\}/g,
        (_, expression: string) => evaluate(expression, contexts).coerceString(),
      ),
    ]),
  );
}

function evaluate(expression: string, contexts: Contexts, status: Readonly<Record<string, boolean>> = {}) {
  const functions = Object.entries(status).map(([name, value]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(value),
  }));
  const { tokens } = new Lexer(expression.trim()).lex();
  const parsed = new Parser(tokens, Object.keys(contexts), functions).parse();
  const known: data.Dictionary = JSON.parse(JSON.stringify(contexts), data.reviver);
  return new Evaluator(parsed, known, new Map(functions.map((each) => [each.name, each]))).evaluate();
}
