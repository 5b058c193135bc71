/**
 * Asks two programs, both at once or one at a time, and knows which benchmark is to blame when one does not answer.
 *
 * @module
 */

import type { FailureReason } from "../document.ts";
import type { Breakdown, DuetProcess } from "./duet_process.ts";
import { DuetError, type Side } from "./duet_error.ts";
import { nameOf } from "./duet_process.ts";
import type { DuetMessage } from "./messages.ts";
import type { DuetCommand } from "./protocol.ts";

/** A benchmark that failed on one side. */
export interface SideFailure {
  /** The benchmark's id. */
  readonly id: string;
  /** Where. */
  readonly side: Side;
  /** Which kind of failure. */
  readonly reason: FailureReason;
  /** What went wrong, in words. */
  readonly message: string;
}

/** What a side answered: what was asked for, or that the benchmark failed. */
export type Reply<Type extends DuetMessage["type"]> =
  | { readonly status: "ok"; readonly message: Extract<DuetMessage, { type: Type }> }
  | { readonly status: "failed"; readonly failure: SideFailure };

/** Thrown when a process has ended in the middle of a benchmark: with it goes whatever the others had measured there. */
export class ProcessLost extends Error {
  /** What the benchmark is blamed for. */
  readonly failures: readonly SideFailure[];

  /** Keeps what the benchmark is blamed for. */
  constructor(failures: readonly SideFailure[]) {
    super("a process has ended in the middle of a benchmark");
    this.name = "ProcessLost";
    this.failures = failures;
  }
}

/** Commands that concern a benchmark. */
type BenchmarkCommand = Extract<DuetCommand, { readonly id: string }>;

/** The two processes of a duet. */
export class Conductor {
  readonly #processes: Readonly<Record<Side, DuetProcess>>;
  readonly #timeoutMs: (id: string | null) => number;

  /** `timeoutMs` tells how long a command that concerns a benchmark, or none, may take. */
  constructor(processes: Readonly<Record<Side, DuetProcess>>, timeoutMs: (id: string | null) => number) {
    this.#processes = processes;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Asks both at once, and waits for both.
   *
   * @throws {ProcessLost} If either has no answer.
   */
  async both<Type extends DuetMessage["type"]>(
    command: BenchmarkCommand,
    type: Type,
  ): Promise<Readonly<Record<Side, Reply<Type>>>> {
    const [a, b] = await Promise.allSettled([this.#ask("a", command, type), this.#ask("b", command, type)]);
    if (a.status === "fulfilled" && b.status === "fulfilled") return { a: a.value, b: b.value };
    const reasons: unknown[] = [a, b].flatMap((one) => one.status === "rejected" ? [one.reason] : []);
    const lost = reasons.flatMap((reason) => reason instanceof ProcessLost ? reason.failures : []);
    throw lost.length === reasons.length ? new ProcessLost(lost) : reasons.find((one) => !(one instanceof ProcessLost));
  }

  /**
   * Asks one side about a benchmark.
   *
   * @throws {ProcessLost} If it has no answer.
   */
  async one<Type extends DuetMessage["type"]>(
    side: Side,
    command: BenchmarkCommand,
    type: Type,
  ): Promise<Reply<Type>> {
    return await this.#ask(side, command, type);
  }

  /**
   * Asks one side for something that concerns no benchmark.
   *
   * @throws {DuetError} If it has no answer.
   */
  async general<Type extends DuetMessage["type"]>(
    side: Side,
    command: Exclude<DuetCommand, BenchmarkCommand>,
    type: Type,
  ): Promise<Extract<DuetMessage, { type: Type }>> {
    const process = this.#processes[side];
    const answer = await process.ask(command, this.#timeoutMs(null));
    if (answer.status !== "answered") throw this.#error(side, process.describe(answer));
    if (!isOf(answer.message, type)) throw this.#misunderstood(side, command, answer.message);
    return answer.message;
  }

  async #ask<Type extends DuetMessage["type"]>(
    side: Side,
    command: BenchmarkCommand,
    type: Type,
  ): Promise<Reply<Type>> {
    const answer = await this.#processes[side].ask(command, this.#timeoutMs(command.id));
    if (answer.status !== "answered") throw new ProcessLost([this.#blame(side, command.id, answer)]);
    const { message } = answer;
    if (isOf(message, type)) return { status: "ok", message };
    if (message.type !== "failed") throw this.#misunderstood(side, command, message);
    const { reason, message: words } = message.failure;
    return { status: "failed", failure: { id: command.id, side, reason, message: words } };
  }

  #blame(side: Side, id: string, breakdown: Breakdown): SideFailure {
    const reason = breakdown.status === "timed_out" ? "timed_out" : "crashed";
    return { id, side, reason, message: this.#processes[side].describe(breakdown) };
  }

  #misunderstood(side: Side, command: DuetCommand, message: DuetMessage): DuetError {
    return this.#error(side, `it answered "${message.type}" to the command "${command.do}"`);
  }

  #error(side: Side, reason: string): DuetError {
    return new DuetError(side, `Cannot measure ${nameOf(this.#processes[side].program)}: ${reason}`);
  }
}

function isOf<Type extends DuetMessage["type"]>(
  message: DuetMessage,
  type: Type,
): message is Extract<DuetMessage, { type: Type }> {
  return message.type === type;
}
