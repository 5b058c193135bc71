class Lru<K, V> {
  readonly #map = new Map<K, V>();
  constructor(private readonly capacity: number) {}
  get(key: K): V | undefined {
    const value = this.#map.get(key);
    if (value === undefined) return undefined;
    this.#map.delete(key);
    this.#map.set(key, value);
    return value;
  }
  set(key: K, value: V): void {
    this.#map.set(key, value);
    if (this.#map.size <= this.capacity) return;
    for (const oldest of this.#map.keys()) {
      this.#map.delete(oldest);
      return;
    }
  }
}

const cache = new Lru<number, string>(100);
let key = 0;

Deno.bench("set, evicting", () => {
  cache.set(key++, "value");
});

Deno.bench("get", () => {
  cache.get(key - 1);
});
