/**
 * How fast a byte goes to and fro within this host.
 *
 * @module
 */

import type { DefineBenchmark } from "../definition.ts";

/**
 * One byte sent to an echo on 127.0.0.1 and read back, over TCP without delay, both ends in this process: four system calls, the
 * kernel's network, and as many turns of the runtime's event loop. No packet leaves the host; the port is one that the system
 * gives. People read µs a round trip.
 */
export function loopbackRoundTrip(bench: DefineBenchmark): void {
  const setup = async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const [near, far] = await Promise.all([
      Deno.connect({ hostname: "127.0.0.1", port: portOf(listener) }),
      listener.accept(),
    ]);
    near.setNoDelay();
    far.setNoDelay();
    return { near, echo: echo(far), sent: new Uint8Array([0]), received: new Uint8Array(1) };
  };
  const teardown = async ({ near, echo }: Awaited<ReturnType<typeof setup>>) => {
    near.close();
    await echo;
  };
  bench("loopback_round_trip", { setup, teardown }, async ({ near, sent, received }) => {
    const next = ((sent[0] ?? 0) + 1) % 256;
    sent[0] = next;
    await near.write(sent);
    await near.read(received);
    return received[0] === next;
  });
}

function portOf({ addr }: Deno.Listener): number {
  if (addr.transport !== "tcp") throw new TypeError(`Cannot connect to a listener of ${addr.transport}: expected tcp`);
  return addr.port;
}

/** Sends back what comes, until the other end is closed. */
async function echo(connection: Deno.Conn): Promise<void> {
  using far = connection;
  const buffer = new Uint8Array(16);
  for (;;) {
    const length = await far.read(buffer);
    if (length === null) return;
    await far.write(buffer.subarray(0, length));
  }
}
