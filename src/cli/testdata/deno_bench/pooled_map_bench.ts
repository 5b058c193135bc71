async function pooledMap<T, R>(limit: number, items: Iterable<T>, map: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const iterator = items[Symbol.iterator]();
  await Promise.all(Array.from({ length: limit }, async () => {
    for (let next = iterator.next(); !next.done; next = iterator.next()) results.push(await map(next.value));
  }));
  return results;
}

const items = Array.from({ length: 20 }, (_, i) => i);

Deno.bench("pool of 2", { group: "pool", baseline: true }, async () => {
  await pooledMap(2, items, (item) => Promise.resolve(item * 2));
});

Deno.bench("pool of 10", { group: "pool" }, async () => {
  await pooledMap(10, items, (item) => Promise.resolve(item * 2));
});
