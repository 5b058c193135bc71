const PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const id = crypto.randomUUID();

Deno.bench("randomUUID", () => {
  crypto.randomUUID();
});

Deno.bench("validate", () => {
  PATTERN.test(id);
});
