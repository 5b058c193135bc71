const compare = (left: string, right: string): number => {
  const [a, b] = [left, right].map((version) => version.split(".").map(Number));
  for (const [i, part] of (a ?? []).entries()) {
    if (part !== b?.[i]) return part - (b?.[i] ?? 0);
  }
  return 0;
};

Deno.bench(function comparesEqual() {
  compare("1.2.3", "1.2.3");
});

Deno.bench(function comparesDifferent() {
  compare("1.2.3", "1.10.0");
});

Deno.bench({ name: "not yet", ignore: true }, () => {
  throw new Error("it is ignored");
});
