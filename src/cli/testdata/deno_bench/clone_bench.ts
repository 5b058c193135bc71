import sample from "./sample.json" with { type: "json" };

Deno.bench("structuredClone", { group: "clone", baseline: true }, () => {
  structuredClone(sample);
});

Deno.bench("JSON", { group: "clone" }, () => {
  JSON.parse(JSON.stringify(sample));
});
