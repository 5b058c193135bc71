/**
 * Mailboxes by address.
 *
 * @module
 */

import { PuffinError } from "../../errors.ts";
import { Mailbox, type MailboxOptions, type PostOptions } from "./mailbox.ts";

/** Thrown when something is sent where nobody has a mailbox. */
export class UnknownAddressError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "unknown_address";

  /** Words the message. */
  constructor(readonly address: string) {
    super(`Cannot post to "${address}": nobody has opened a mailbox there; open it first`);
  }
}

/**
 * Where agents open a mailbox under a name of their own, and post to each other by it. All methods are O(1).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { PostOffice } from "./post_office.ts";
 *
 * const office = new PostOffice<number, number>();
 * const box = office.open("doubler");
 * const doubled = office.request("doubler", 21, { timeoutMs: 1_000 });
 * const letter = await box.receive();
 * letter.reply(letter.message * 2);
 * assertEquals(await doubled, 42);
 * ```
 */
export class PostOffice<Message, Reply = unknown> {
  readonly #boxes = new Map<string, Mailbox<Message, Reply>>();

  /** Where there is a mailbox, in the order in which they were opened. */
  get addresses(): string[] {
    return [...this.#boxes.keys()];
  }

  /**
   * Opens a mailbox.
   *
   * @throws {TypeError} If somebody has one there.
   * @throws {RangeError} If `capacity` is out of range.
   */
  open(address: string, options: Omit<MailboxOptions, "name"> = {}): Mailbox<Message, Reply> {
    if (this.#boxes.has(address)) {
      throw new TypeError(`Cannot open a mailbox at "${address}": somebody has one there; choose another address`);
    }
    const box = new Mailbox<Message, Reply>({ ...options, name: address });
    this.#boxes.set(address, box);
    return box;
  }

  /** Closes a mailbox and forgets it; answers whether there was one. */
  close(address: string): boolean {
    this.#boxes.get(address)?.close();
    return this.#boxes.delete(address);
  }

  /**
   * Posts if there is room; see `Mailbox.tryPost`.
   *
   * @throws {UnknownAddressError} If there is no mailbox.
   */
  tryPost(to: string, message: Message, options?: { readonly from?: string }): boolean {
    return this.#box(to).tryPost(message, options);
  }

  /**
   * Posts as soon as there is room; see `Mailbox.post`.
   *
   * @throws {UnknownAddressError} If there is no mailbox.
   */
  async post(to: string, message: Message, options?: PostOptions): Promise<void> {
    await this.#box(to).post(message, options);
  }

  /**
   * Posts and waits for the reply; see `Mailbox.request`.
   *
   * @throws {UnknownAddressError} If there is no mailbox.
   */
  async request(to: string, message: Message, options?: PostOptions): Promise<Reply> {
    return await this.#box(to).request(message, options);
  }

  #box(address: string): Mailbox<Message, Reply> {
    const box = this.#boxes.get(address);
    if (box === undefined) throw new UnknownAddressError(address);
    return box;
  }
}
