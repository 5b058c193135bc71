function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => equal(Reflect.get(a, key), Reflect.get(b, key)));
}

const make = (depth: number): unknown => depth === 0 ? 1 : { left: make(depth - 1), right: make(depth - 1) };

Deno.bench("equal trees", (b) => {
  const [one, two] = [make(6), make(6)];
  b.start();
  equal(one, two);
  b.end();
});

const differs: () => void = () => equal(make(2), make(3)); // returns false, which Deno.bench does not mind
Deno.bench("different trees", differs);
