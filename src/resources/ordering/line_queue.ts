/**
 * A queue of lines: what all strategies but first come, first served have in common.
 *
 * @module
 */

import { Heap } from "./heap.ts";
import type { Candidate, WaitQueue } from "./ordering.ts";
import { entryOf, newEntry, type QueueEntry } from "./queue_entry.ts";
import type { QueueLine } from "./queue_line.ts";
import { Cursor, requireUnchanged } from "./traversal.ts";

/**
 * One line for each owner or level, in the order of arrival, and a heap of the lines by whoever is first in each.
 *
 * Joining and leaving behind somebody is O(1); whatever changes who is first in a line is O(log of the lines). A strategy says
 * whose line somebody joins, what the line's key is, and what it keeps of a line in which nobody stands. It keeps two promises:
 * a line's key belongs to whoever is first, and it never falls from one in a line to the next.
 */
export abstract class LineQueue<W extends Candidate<W>, Name, Line extends QueueLine<W, Name>> implements WaitQueue<W> {
  size = 0;
  /** The lines that somebody stands in, and those that the strategy has a reason to keep. */
  protected readonly lines = new Map<Name, Line>();
  /** The lines that somebody stands in. */
  protected readonly heap = new Heap<Line>();
  #changes = 0;

  /** How many owners or levels take up memory. */
  get remembered(): number {
    return this.lines.size;
  }

  join(waiter: W): void {
    const entry = newEntry(waiter), name = this.nameOf(waiter);
    const line = this.lines.get(name) ?? this.makeLine(name);
    const isFirst = line.first === undefined;
    if (isFirst) this.beginWaiting(line); // may throw: nothing has changed yet
    this.noteArrival(waiter.entry = entry);
    if (isFirst) {
      this.lines.set(name, line);
      this.#lead(line, entry);
      this.heap.push(line);
    }
    line.insertAfter(line.last, entry);
    this.size++;
    this.#changes++;
  }

  leave(waiter: W): void {
    const entry = entryOf(waiter), line = this.lines.get(this.nameOf(waiter));
    if (line === undefined) return;
    const wasFirst = line.first === entry;
    line.remove(entry);
    waiter.entry = undefined;
    this.size--;
    this.#changes++;
    if (line.first === undefined) {
      this.heap.remove(line);
      this.endWaiting(line);
    } else if (wasFirst) {
      this.#lead(line, line.first);
      this.heap.update(line);
    }
  }

  first(): W | undefined {
    return this.heap.first?.first?.waiter;
  }

  /**
   * Best first over two orders at once: nobody in a line comes before the one ahead, and no first of a line comes before the
   * first of the line above in the heap. So for each that is taken at most three are looked at.
   */
  *inOrder(): Generator<W, void, void> {
    const changes = this.#changes, frontier = new Heap<Cursor<W, Line>>();
    meet(this.heap.first, frontier);
    for (let cursor = frontier.first; cursor !== undefined; cursor = frontier.first) {
      const { line, entry } = cursor;
      yield entry.waiter;
      requireUnchanged(changes, this.#changes);
      if (entry.next === undefined) {
        frontier.remove(cursor);
      } else {
        cursor.key = this.keyBehind(cursor, entry.next);
        cursor.tie = entry.next.ticket;
        cursor.entry = entry.next;
        frontier.update(cursor);
      }
      if (entry === line.first) {
        meet(this.heap.below(line, 0), frontier);
        meet(this.heap.below(line, 1), frontier);
      }
    }
  }

  /** Whose line somebody belongs in. */
  protected abstract nameOf(waiter: W): Name;

  /** Makes an empty line. */
  protected abstract makeLine(name: Name): Line;

  /** Somebody is about to join a line in which nobody stands: sets the key. Whatever can go wrong does so before any change. */
  protected abstract beginWaiting(line: Line): void;

  /** What the key would be after whoever the cursor is at had been granted, with `next` first. */
  protected abstract keyBehind(cursor: Cursor<W, Line>, next: QueueEntry<W>): number;

  /** Sets what is to be remembered of a waiter. */
  protected noteArrival(_entry: QueueEntry<W>): void {}

  /** The key of a line that somebody else is first in now. */
  protected keyOf(line: Line, _first: QueueEntry<W>): number {
    return line.key;
  }

  /** Nobody stands in a line any more. */
  protected endWaiting(line: Line): void {
    this.lines.delete(line.name);
  }

  #lead(line: Line, entry: QueueEntry<W>): void {
    line.key = this.keyOf(line, entry);
    line.tie = entry.ticket;
  }
}

/** Lets a walk come to a line, if there is one. */
function meet<W, Line extends QueueLine<W>>(line: Line | undefined, frontier: Heap<Cursor<W, Line>>): void {
  if (line?.first !== undefined) frontier.push(new Cursor<W, Line>(line, line.first));
}
