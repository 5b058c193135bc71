import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { copyOf, draw, Plot } from "./drawing.ts";

const hostile = `</svg><img src=x onerror="alert(1)">`;

Deno.test("draw holds no style, and colours marks by their class alone", () => {
  const svg = draw({ label: null, className: "chart" }, {
    marks: [Plot.gridX({ className: "grid" }), Plot.line([[1, 2], [3, 4]], { className: "curve", stroke: "red" })],
  });
  assert(!/style|red|font-family/.test(svg), svg);
  assertStringIncludes(svg, 'class="curve"');
  assertEquals(svg.match(/<line /g), null, "a grid is one path");
});

Deno.test("draw shows text from a document as text: in labels, titles and marks", () => {
  const svg = draw({ label: `&quot; ${hostile}`, className: "chart", data: { name: hostile } }, {
    marks: [
      Plot.text([[1, 1]], { text: () => hostile }),
      Plot.dot([[1, 1]], { title: () => hostile, className: "dot" }),
    ],
  });
  assert(!svg.includes("<img"), svg);
  assertStringIncludes(svg, 'aria-label="&amp;quot; &lt;/svg&gt;');
  const markup = svg.replace(/"[^"]*"/g, '""'); // within quotes, only a quote could do harm
  assertEquals(markup.match(/<\w+/g)?.filter((tag) => !/^<(?:svg|g|path|text|circle|title)$/.test(tag)), []);
  assertEquals(markup.match(/<\/svg>/g)?.length, 1);
  assert(!/<[^>]* on\w+=/.test(markup), markup);
});

Deno.test("draw shares parts by an id, even if none is drawn, and copyOf shows them", () => {
  const shared = { id: "d1", classes: ["rules", "curve"] };
  const svg = draw({ label: null, className: "chart", shared }, {
    marks: [Plot.line([[1, 2], [3, 4]], { className: "curve" }), Plot.line([[1, 2], [3, 5]], { className: "other" })],
  });
  assert(/<g id="d1"><path class="curve" d="[^"]*"\/><\/g><path class="other" /.test(svg), svg);
  assertStringIncludes(draw({ label: null, className: "chart", shared }, {}), '<g id="d1"/>');
  const copy = draw({ label: null, className: "chart" }, { marks: [copyOf("d1", "turned")] });
  assertStringIncludes(copy, '<use class="turned" href="#d1"/>');
});
