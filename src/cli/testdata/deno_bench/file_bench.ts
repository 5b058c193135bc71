const path = new URL("./sample.json", import.meta.url);

Deno.bench("readTextFile", { group: "file" }, async () => {
  await Deno.readTextFile(path);
});

Deno.bench("readTextFileSync", { group: "file", baseline: true }, () => {
  Deno.readTextFileSync(path);
});

Deno.bench({ name: "in its own folder", permissions: { read: [import.meta.dirname ?? "."] } }, () => {
  Deno.statSync(path);
});
