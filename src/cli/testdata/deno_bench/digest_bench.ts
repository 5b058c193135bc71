import { createHash } from "node:crypto";

const data = await Promise.resolve(new Uint8Array(4096)); // awaited at the top, as setups are

Deno.bench("SHA-256 of Web Crypto", { group: "digest", baseline: true }, async () => {
  await crypto.subtle.digest("SHA-256", data);
});

Deno.bench("SHA-256 of node:crypto", { group: "digest" }, () => {
  createHash("sha256").update(data).digest("hex");
});
