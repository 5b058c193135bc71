/**
 * Tables by name.
 *
 * @module
 */

/**
 * An object without inherited names, whose look-up by a name that stands in the program is cheaper than a map's, and than that of
 * `Object.create(null)`, which V8 makes a hash table.
 */
export function newNameTable<Value>(): Record<string, Value> {
  return new NameTable<Value>();
}

class NameTable<Value> {
  [name: string]: Value;
}
Object.setPrototypeOf(NameTable.prototype, null);
Reflect.deleteProperty(NameTable.prototype, "constructor");
