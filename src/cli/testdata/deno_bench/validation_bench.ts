type Check<T> = (value: unknown) => value is T;

const isString: Check<string> = (value) => typeof value === "string";
const isNumber: Check<number> = (value) => typeof value === "number";
const isRecord =
  (shape: Readonly<Record<string, Check<unknown>>>): Check<Record<string, unknown>> =>
  (value): value is Record<string, unknown> =>
    typeof value === "object" && value !== null &&
    Object.entries(shape).every(([key, check]) => check(Reflect.get(value, key)));

const isUser = isRecord({ name: isString, age: isNumber });
const [good, bad]: unknown[] = [{ name: "Ada", age: 36 }, { name: "Ada", age: "36" }];

Deno.bench("valid", { group: "validate", baseline: true }, () => {
  isUser(good);
});

Deno.bench("invalid", { group: "validate" }, () => {
  isUser(bad);
});
