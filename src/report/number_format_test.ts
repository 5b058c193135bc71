import { assertEquals } from "@std/assert";
import { BYTE_UNITS, formatDuration, formatNumber, formatPercent, formatScaled, RATE_UNITS } from "./number_format.ts";

Deno.test("formatDuration chooses the unit that suits, also where rounding crosses into the next", () => {
  assertEquals(formatDuration(0), "0.00 ns");
  assertEquals(formatDuration(0.734), "0.73 ns");
  assertEquals(formatDuration(999.99), "999.99 ns");
  assertEquals(formatDuration(999.996), "1.00 µs");
  assertEquals(formatDuration(48_200_000), "48.20 ms");
  assertEquals(formatDuration(7.2e12), "7,200.00 s");
  assertEquals(formatDuration(-1500), "-1.50 µs");
});

Deno.test("formatScaled gives bytes no decimals and rates no unit of their own", () => {
  assertEquals(formatScaled(413, BYTE_UNITS), "413 B");
  assertEquals(formatScaled(6_300, BYTE_UNITS), "6.30 kB");
  assertEquals(formatScaled(20.24, RATE_UNITS), "20.24");
  assertEquals(formatScaled(1.36e9, RATE_UNITS), "1.36 G");
});

Deno.test("formatNumber groups thousands, formatPercent takes a ratio", () => {
  assertEquals(formatNumber(1234567.891, 1), "1,234,567.9");
  assertEquals(formatNumber(-0.001, 2), "0.00");
  assertEquals(formatPercent(0.003), "0.3 %");
});
