import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { fingerprintOf, type StableFacts } from "./fingerprint.ts";

const HOST: StableFacts = {
  os: "linux",
  arch: "x86_64",
  kernel: "6.18.44-fc-v657",
  cpu: { model: "AMD EPYC", count: 2, governor: null },
  virtualization: "kvm",
  runtime: { deno: "2.7.11", v8: "14.7.173.7-rusty", typescript: "5.9.2", standalone: false },
};

Deno.test("fingerprintOf() is twelve hexadecimal digits, the same for the same facts", async () => {
  assertMatch(await fingerprintOf(HOST), /^[0-9a-f]{12}$/);
  assertEquals(await fingerprintOf(structuredClone(HOST)), await fingerprintOf(HOST));
});

Deno.test("fingerprintOf() changes with whatever makes measurements incomparable", async () => {
  const others: StableFacts[] = [
    { ...HOST, os: "darwin" },
    { ...HOST, arch: "aarch64" },
    { ...HOST, kernel: "6.19.0" },
    { ...HOST, cpu: { ...HOST.cpu, model: "AMD EPYC 9R14" } },
    { ...HOST, cpu: { ...HOST.cpu, count: 4 } },
    { ...HOST, cpu: { ...HOST.cpu, governor: "powersave" } },
    { ...HOST, virtualization: null },
    { ...HOST, runtime: { ...HOST.runtime, deno: "2.7.12" } },
    { ...HOST, runtime: { ...HOST.runtime, v8: "14.8" } },
  ];
  const fingerprints = await Promise.all([HOST, ...others].map(fingerprintOf));
  assertEquals(new Set(fingerprints).size, others.length + 1);
});

Deno.test("fingerprintOf() does not change with a kernel's patch level or with how the program was built", async () => {
  const fingerprint = await fingerprintOf(HOST);
  assertEquals(await fingerprintOf({ ...HOST, kernel: "6.18.9" }), fingerprint);
  assertNotEquals(await fingerprintOf({ ...HOST, kernel: "unknown" }), fingerprint);
  assertEquals(await fingerprintOf({ ...HOST, runtime: { ...HOST.runtime, standalone: true } }), fingerprint);
});
