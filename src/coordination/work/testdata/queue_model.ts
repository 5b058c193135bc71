/**
 * What a work queue must do, said with arrays.
 *
 * @module
 */

interface Item {
  readonly id: number;
  readonly data: string;
  readonly level: number;
  readonly key: string | undefined;
  state: "ready" | "delayed" | "taken";
  readyAs: number;
  dueAt: number;
  deliveries: number;
  spent: boolean;
}

interface Offer {
  readonly id: number;
  readonly level: number;
  readonly delayMs: number;
  readonly key: string | undefined;
}

/** The items, and two lines; every step looks through all of them. Data are distinct. */
export class QueueModel {
  readonly log: string[] = [];
  #now = 0;
  #items: Item[] = [];
  #takers: { readonly call: string; readonly id: number; readonly level: number }[] = [];
  #adders: { readonly call: string; readonly offer: Offer; readonly id: number; readonly level: number }[] = [];
  #lastId = 0;
  #readied = 0;

  constructor(readonly capacity: number, readonly visibilityMs: number) {}

  counts() {
    const count = (state: string) => this.#items.filter((item) => item.state === state).length;
    return {
      ready: count("ready"),
      delayed: count("delayed"),
      taken: count("taken"),
      waiters: this.#takers.length,
      adders: this.#adders.length,
    };
  }

  tryAdd(data: string, { level, delayMs, key }: Offer): number | undefined {
    const same = key === undefined ? undefined : this.#items.find((item) => item.key === key);
    if (same !== undefined) return same.id;
    if (this.#items.length >= this.capacity) return undefined;
    const item: Item = {
      id: ++this.#lastId,
      data,
      level,
      key,
      state: "delayed",
      readyAs: 0,
      dueAt: 0,
      deliveries: 0,
      spent: false,
    };
    this.#items.push(item);
    this.#admit(item, delayMs);
    this.#serve();
    return item.id;
  }

  add(call: string, offer: Offer): void {
    const before = this.#lastId, id = this.tryAdd(call, offer);
    if (id !== undefined) this.log.push(`${call} ${id <= before ? "is" : "added"} ${id}`);
    else this.#adders = byRank([...this.#adders, { call, offer, id: offer.id, level: offer.level }]);
  }

  take(call: string, { id, level }: { readonly id: number; readonly level: number }): void {
    this.#takers = byRank([...this.#takers, { call, id, level }]);
    this.#serve();
  }

  tryTake(call: string): void {
    const item = this.#first();
    if (item !== undefined) this.#deliver(item, call);
  }

  tick(ms: number): void {
    this.#now += ms;
    const due = this.#items.filter((item) => item.state !== "ready" && item.dueAt <= this.#now);
    for (const item of due.sort((a, b) => a.dueAt - b.dueAt || a.id - b.id)) this.#admit(item, 0);
    this.#serve();
  }

  forget(id: number): void {
    for (const { call } of [...this.#takers, ...this.#adders].filter((waiter) => waiter.id === id)) {
      this.log.push(`${call} gave up`);
    }
    this.#takers = this.#takers.filter((taker) => taker.id !== id);
    this.#adders = this.#adders.filter((adder) => adder.id !== id);
    this.#letIn();
  }

  isHeld(data: string, attempt: number): boolean {
    return this.#of(data, attempt)?.state === "taken";
  }

  ack(data: string, attempt: number): boolean {
    const item = this.#of(data, attempt);
    if (item === undefined) return false;
    this.#items = this.#items.filter((other) => other !== item);
    this.#letIn();
    return true;
  }

  giveBack(data: string, attempt: number, delayMs: number): boolean {
    const item = this.#of(data, attempt);
    if (item === undefined) return false;
    item.spent = true;
    if (item.state !== "taken") return false;
    this.#admit(item, delayMs);
    this.#serve();
    return true;
  }

  release(data: string, attempt: number): boolean {
    const item = this.#of(data, attempt);
    if (item?.state !== "taken") return this.giveBack(data, attempt, 0);
    item.deliveries--;
    return this.giveBack(data, item.deliveries, 0);
  }

  extend(data: string, attempt: number, ms: number): boolean {
    const item = this.#of(data, attempt);
    if (item?.state !== "taken") return false;
    item.dueAt = this.#now + ms;
    return true;
  }

  #letIn(): void {
    while (this.#adders.length > 0) {
      const { call, offer } = this.#adders[0]!, before = this.#lastId, id = this.tryAdd(call, offer);
      if (id === undefined) return;
      this.#adders.shift();
      this.log.push(`${call} ${id <= before ? "is" : "added"} ${id}`);
    }
  }

  /** The item, if that delivery of it has not ended. */
  #of(data: string, attempt: number): Item | undefined {
    return this.#items.find((item) => item.data === data && item.deliveries === attempt && !item.spent);
  }

  #admit(item: Item, delayMs: number): void {
    item.state = delayMs === 0 ? "ready" : "delayed";
    item.dueAt = this.#now + delayMs;
    item.readyAs = this.#readied++;
  }

  #first(): Item | undefined {
    return this.#items.filter(({ state }) => state === "ready").sort((a, b) =>
      b.level - a.level || a.readyAs - b.readyAs
    )[0];
  }

  #serve(): void {
    for (let item = this.#first(); item !== undefined && this.#takers.length > 0; item = this.#first()) {
      this.#deliver(item, this.#takers.shift()!.call);
    }
  }

  #deliver(item: Item, call: string): void {
    item.state = "taken";
    item.spent = false;
    item.dueAt = this.#now + this.visibilityMs;
    item.deliveries++;
    this.log.push(`${call} took ${item.data} the ${item.deliveries}`);
  }
}

function byRank<Ranked extends { readonly level: number }>(line: Ranked[]): Ranked[] {
  return line.sort((a, b) => b.level - a.level); // stable
}
