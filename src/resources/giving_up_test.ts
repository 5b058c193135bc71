import { assertMatch } from "@std/assert";
import { ObjectPool } from "./objects/mod.ts";
import { ResourcePool } from "./pool.ts";
import { SharedResourcePool } from "./shared/mod.ts";

const MANY = Array.from({ length: 150 }, (_, index) => index);

/** What somebody is told who gives up at once behind many; `wait` waits for a signal. */
async function textBehindMany(
  wait: (options: { readonly signal: AbortSignal }) => Promise<unknown>,
  giveUp: () => Promise<unknown>,
): Promise<string> {
  const controller = new AbortController();
  const ahead = MANY.map(() => wait({ signal: controller.signal }).catch(() => {}));
  const text = await giveUp().catch((error) => String(error));
  controller.abort();
  await Promise.all(ahead);
  return String(text);
}

Deno.test("ResourcePool.acquire() that gives up looks at a hundred who wait ahead at most", async () => {
  const pool = new ResourcePool({ capacity: { cpu: 1, gpu: 1 } });
  using _held = pool.tryAcquire({ cpu: 1, gpu: 1 });
  const cpu = await textBehindMany(
    (options) => pool.acquire({ cpu: 1 }, options),
    () => pool.acquire({ cpu: 1 }, { timeoutMs: 0 }),
  );
  assertMatch(cpu, /and at least 100 wait ahead for the same/);
  const gpu = await textBehindMany(
    (options) => pool.acquire({ cpu: 1 }, options),
    () => pool.acquire({ gpu: 1 }, { timeoutMs: 0 }),
  );
  assertMatch(gpu, /and at least 0 wait ahead for the same/, "those who wait for something else cost as much");
});

Deno.test("ObjectPool.acquire() that gives up looks at a hundred who wait ahead at most", async () => {
  const pool = new ObjectPool({ max: 1, create: () => ({}) });
  const held = await pool.acquire();
  const text = await textBehindMany((options) => pool.acquire(options), () => pool.acquire({ timeoutMs: 0 }));
  assertMatch(text, /and at least 100 wait ahead/);
  held.release();
  await pool.close();
});

Deno.test("SharedResourcePool.acquire() that gives up looks at a hundred who wait ahead at most", async () => {
  using pool = SharedResourcePool.create({ capacity: { cpu: 1 } });
  using _held = pool.tryAcquire({ cpu: 1 });
  const text = await textBehindMany(
    (options) => pool.acquire({ cpu: 1 }, options),
    () => pool.acquire({ cpu: 1 }, { timeoutMs: 0 }),
  );
  assertMatch(text, /and at least 100 wait ahead/);
});
