const bytes = new Uint8Array(1024).map((_, i) => i % 256);
const text = bytes.toBase64();

Deno.bench("encode", { group: "base64" }, () => {
  bytes.toBase64();
});

Deno.bench("encode by btoa", { group: "base64", baseline: true }, () => {
  btoa(String.fromCharCode(...bytes));
});

Deno.bench("decode", () => {
  Uint8Array.fromBase64(text);
});
