/**
 * Path data in few characters: a page of a hundred benchmarks holds tens of thousands of points.
 *
 * @module
 */

/**
 * Rewrites absolute move and line commands as relative ones on whole units; any other path is returned as it is.
 *
 * Positions are rounded before differences are taken, so that errors do not add up.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { compactPath } from "./compact_path.ts";
 *
 * assertEquals(compactPath("M10.2,20L12.1,15.4L12.1,20Z"), "M10 20l2-5v5z");
 * ```
 */
export function compactPath(path: string): string {
  if (!/^(?:[ML]-?[\d.]+(?:e-?\d+)?,-?[\d.]+(?:e-?\d+)?|Z)+$/.test(path)) return path;
  let [x, y] = [0, 0];
  let last = "";
  let text = "";
  for (const [, head = "", rest = ""] of path.matchAll(/([MLZ])([^MLZ]*)/g)) {
    if (head === "Z") {
      text += "z";
      last = "z";
      continue;
    }
    const [toX = 0, toY = 0] = rest.split(",").map((part) => Math.round(Number(part)));
    const [dx, dy] = [toX - x, toY - y];
    [x, y] = [toX, toY];
    if (head === "M") {
      text += `M${pair(toX, toY)}`;
      last = "M";
    } else if (dy === 0) {
      text += last === "h" ? separated(dx) : `h${dx}`;
      last = "h";
    } else if (dx === 0) {
      text += last === "v" ? separated(dy) : `v${dy}`;
      last = "v";
    } else {
      text += last === "l" ? separated(dx) + separated(dy) : `l${pair(dx, dy)}`;
      last = "l";
    }
  }
  return text;
}

function pair(x: number, y: number): string {
  return `${x}${separated(y)}`;
}

/** A minus sign separates by itself. */
function separated(value: number): string {
  return value < 0 ? `${value}` : ` ${value}`;
}
