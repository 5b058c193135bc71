import { assert, assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { ObjectPool } from "./object_pool.ts";
import { ObjectCreationError } from "./errors.ts";

/** A server on this host that sends back what it gets, and hangs up on the word "bye". */
class EchoServer implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #open = new Set<Deno.Conn>();
  readonly #done: Promise<void>;
  accepted = 0;
  mostOpen = 0;

  constructor() {
    this.#done = this.#accept();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  get open(): number {
    return this.#open.size;
  }

  /** Hangs up on everybody. */
  hangUp(): void {
    for (const connection of this.#open) this.#end(connection);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.hangUp();
    this.#listener.close();
    await this.#done;
  }

  async #accept(): Promise<void> {
    const served: Promise<void>[] = [];
    try {
      for await (const connection of this.#listener) {
        this.accepted++;
        this.#open.add(connection);
        this.mostOpen = Math.max(this.mostOpen, this.#open.size);
        served.push(this.#serve(connection));
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
    await Promise.all(served);
  }

  async #serve(connection: Deno.Conn): Promise<void> {
    const buffer = new Uint8Array(64);
    try {
      for (let read = await connection.read(buffer); read !== null; read = await connection.read(buffer)) {
        if (new TextDecoder().decode(buffer.subarray(0, read)) === "bye") break;
        await connection.write(buffer.subarray(0, read));
      }
    } catch { // hung up in the middle of it
    } finally {
      this.#end(connection);
    }
  }

  #end(connection: Deno.Conn): void {
    if (this.#open.delete(connection)) connection.close();
  }
}

async function echo(connection: Deno.Conn, text: string): Promise<string> {
  await connection.write(new TextEncoder().encode(text));
  const buffer = new Uint8Array(64), read = await connection.read(buffer);
  if (read === null) throw new Error("the server hung up");
  return new TextDecoder().decode(buffer.subarray(0, read));
}

function connectionPool(port: number, max: number): ObjectPool<Deno.TcpConn> {
  return new ObjectPool({
    name: "a connection",
    max,
    create: (signal) => Deno.connect({ hostname: "127.0.0.1", port, signal }),
    validate: (connection) => echo(connection, "alive?").then((answer) => answer === "alive?"),
    destroy: (connection) => connection.close(),
  });
}

Deno.test("ObjectPool of TCP connections lends each to one task at a time, and opens no more than max", async () => {
  await using server = new EchoServer();
  await using pool = connectionPool(server.port, 4);
  await Promise.all(Array.from({ length: 200 }, (_, i) =>
    pool.use(async (connection) => {
      for (let turn = 0; turn < 3; turn++) assertEquals(await echo(connection, `${i}.${turn}`), `${i}.${turn}`);
    }, { priority: i % 3 })));
  const { created, acquired, idle, broken } = pool.snapshot();
  assertEquals({ created, acquired, idle, broken }, { created: 4, acquired: 200, idle: 4, broken: 0 });
  assertEquals([server.accepted, server.mostOpen], [4, 4]);
});

Deno.test("ObjectPool of TCP connections finds those on which the server hung up, and connects again", async () => {
  await using server = new EchoServer();
  await using pool = connectionPool(server.port, 3);
  const loans = await Promise.all([pool.acquire(), pool.acquire(), pool.acquire()]);
  for (const loan of loans) loan.release();
  server.hangUp();
  await Promise.all(
    Array.from(
      { length: 9 },
      (_, i) => pool.use(async (connection) => assertEquals(await echo(connection, `${i}`), `${i}`)),
    ),
  );
  assertEquals([pool.snapshot().broken, pool.snapshot().size, server.accepted], [3, 3, 6]);

  // One that breaks in somebody's hands: thrown away, or found by the next check.
  await assertRejects(() => pool.use((connection) => echo(connection, "bye")), Error, "hung up");
  assertEquals(await pool.use((connection) => echo(connection, "well?")), "well?");
  await pool.use((_, loan) => loan.discard());
  assertEquals(await pool.use((connection) => echo(connection, "well?")), "well?");
  assertEquals(pool.snapshot().waiters, 0);
  await pool.drain();
  assertEquals(pool.snapshot().size, 0);
});

Deno.test("ObjectPool of TCP connections says why it cannot connect, and recovers with the server", async () => {
  const gone = new EchoServer();
  let { port } = gone;
  await gone[Symbol.asyncDispose]();
  await using pool = new ObjectPool({
    name: "a connection",
    max: 2,
    create: (signal) => Deno.connect({ hostname: "127.0.0.1", port, signal }),
    destroy: (connection) => connection.close(),
  });
  const error = await assertRejects(() => pool.acquire(), ObjectCreationError);
  assert(error.cause instanceof Deno.errors.ConnectionRefused, String(error.cause));
  await using server = new EchoServer();
  port = server.port;
  assertEquals(await pool.use((connection) => echo(connection, "hello")), "hello");
});

Deno.test("ObjectPool of TCP connections closes one that is opened when its pool has closed", async () => {
  await using server = new EchoServer();
  const pool = connectionPool(server.port, 2);
  const waits = [pool.acquire(), pool.acquire()].map((wait) => wait.catch((error) => error.code));
  await pool.close();
  assertEquals(await Promise.all(waits), ["pool_closed", "pool_closed"]);
  assertEquals(pool.snapshot().size, 0); // a connection that stayed open would be found by the sanitizer
});

Deno.test("ObjectPool of SQLite handles lets many tasks share one file", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const file = `${folder}/pool.db`;
    {
      await using pool = new ObjectPool({
        name: "a database",
        max: 3,
        min: 1,
        create: () => {
          const database = new DatabaseSync(file);
          database.exec("PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL");
          database.exec("CREATE TABLE IF NOT EXISTS counts (name TEXT PRIMARY KEY, n INTEGER)");
          return database;
        },
        validate: (database) => database.isOpen,
        destroy: (database) => database.close(),
        maxUses: 40,
      });
      await pool.warmUp();
      const count = async () => {
        using loan = await pool.acquire({ timeoutMs: 60_000 });
        const insert = loan.value.prepare("INSERT INTO counts VALUES ('all', 1) ON CONFLICT DO UPDATE SET n = n + 1");
        await Promise.resolve(); // somebody else's turn
        insert.run();
      };
      await Promise.all(Array.from({ length: 200 }, count));
      // A handle that somebody has closed is found and replaced.
      await pool.use((database) => database.close()).catch(() => {});
      const row = await pool.use((database) => database.prepare("SELECT n FROM counts").get());
      assertEquals(row?.n, 200);
      const { created, loaned, size, destroyed, destroyFailures } = pool.snapshot();
      assert(created >= 5 && size <= 3, "each handle is used 40 times at most");
      assertEquals([loaned, created - destroyed], [0, size]);
      assertEquals(destroyFailures, 1, "the one that was closed already");
    }
    await Deno.remove(file); // on Windows, only if nobody has it open
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
