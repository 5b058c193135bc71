import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { GRANTED_GENERATION, Layout, LEAKS_AT, NEXT_FREE, RETAKES } from "./layout.ts";

const some = fc.integer({ min: 1, max: 20 });

Deno.test("Layout gives every table memory of its own behind the header, and the buffer ends with the last", () =>
  fc.assert(
    fc.property(
      fc.record({ kinds: some, maxThreads: some, maxLeases: some, maxWaiters: some }),
      (sizes) => {
        const layout = new Layout(sizes), { kinds, maxThreads, maxLeases, maxWaiters } = sizes;
        const doubles: [number, number][] = [
          [layout.capacityAt, kinds],
          [layout.freeAt, kinds],
          [layout.setAsideAt, kinds],
          [layout.wantedAt, kinds],
          [layout.ticketAt, maxWaiters],
          [layout.demandAt, maxWaiters * kinds],
          [layout.unitsAt, maxLeases * kinds],
        ];
        let end = (LEAKS_AT + 1) * 8;
        for (const [at, length] of doubles) {
          assert(at * 8 >= end, `${at * 8} is before ${end}`);
          end = (at + length) * 8;
        }
        const records: [(place: number) => number, number, number][] = [
          [(place) => layout.thread(place), maxThreads, RETAKES + 2], // a double
          [(place) => layout.lease(place), maxLeases, NEXT_FREE + 1],
          [(place) => layout.waiter(place), maxWaiters, GRANTED_GENERATION + 1],
        ];
        assert(layout.thread(0) * 4 - end < 64, "no more is left out than to the next line of the cache");
        for (const [at, most, words] of records) {
          for (let place = 0; place < most; place++) {
            assert(at(place) * 4 >= end, `${at(place) * 4} is before ${end}`);
            end = (at(place) + words) * 4;
          }
          end = at(most) * 4;
        }
        assertEquals([layout.thread(0) % 16, layout.byteLength], [0, end]);
      },
    ),
    { numRuns: 50 },
  ));
