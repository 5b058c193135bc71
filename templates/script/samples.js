/** A chart of samples tells the sample under the pointer, or under its slider: from the document that the page holds. */
function watchSamples() {
  const [LEFT, RIGHT, TOP, BOTTOM] = [52, 336, 6, 134]; // where samples_chart.ts draws them
  const MAX_DRAWN_A_FORK = 100;

  async function prepare(chart) {
    if (chart.dataset.ready) return;
    chart.dataset.ready = "yes";
    const benchmark = (await pageDocument()).benchmarks[chart.dataset.index];
    const samples = benchmark.forks.flatMap((fork, f) => {
      const collected = new Set(fork.samples.garbageCollected);
      return fork.samples.wallNs.map((wallNs, i) => ({
        valueNs: wallNs / fork.batchSize - fork.overheadNs,
        where: `fork ${f + 1}, sample ${i + 1} of ${fork.samples.wallNs.length}, ` +
          `${(fork.samples.startMs[i] / 1000).toFixed(2)} s after its start`,
        cause: fork.samples.excluded.find(({ index }) => index === i)?.cause,
        hasCollected: collected.has(i),
        isDrawn: i % Math.ceil(fork.samples.wallNs.length / MAX_DRAWN_A_FORK) === 0,
      }));
    });
    if (chart.dataset.scale) drawAll(chart, samples);
    const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
    line.setAttribute("class", "cursor");
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", min: 0, max: samples.length - 1, value: 0 });
    slider.setAttribute("aria-label", "Sample");
    const output = document.createElement("output");
    const tool = document.createElement("div");
    tool.className = "slider";
    tool.append(slider, output);
    chart.after(tool);

    function show() {
      const { valueNs, where, cause, hasCollected } = samples[slider.value];
      const x = LEFT + (RIGHT - LEFT) * (Number(slider.value) + 0.5) / samples.length;
      for (const [name, value] of [["x1", x], ["x2", x], ["y1", TOP], ["y2", BOTTOM]]) line.setAttribute(name, value);
      if (!line.isConnected) chart.append(line);
      output.value = `${duration(valueNs)}: ${where}` +
        `${hasCollected ? ", collected garbage" : ""}${cause ? `, left out: ${cause}` : ""}`;
      slider.setAttribute("aria-valuetext", output.value);
    }

    slider.addEventListener("input", show);
    chart.addEventListener("pointermove", (event) => {
      const box = chart.getBoundingClientRect();
      const x = (event.clientX - box.left) * 340 / box.width;
      const place = Math.floor((x - LEFT) / (RIGHT - LEFT) * samples.length);
      slider.value = Math.min(samples.length - 1, Math.max(0, place));
      show();
    });
  }

  /** A large page brings a part of the samples drawn: here come all that a chart has room for, as samples_chart.ts draws them. */
  function drawAll(chart, samples) {
    const [low, high] = chart.dataset.scale.split(" ").map(Number);
    const paths = { dots: [], steal: [], preemption: [], suspend: [] };
    for (const [order, { valueNs, cause, isDrawn }] of samples.entries()) {
      if (!cause && !isDrawn) continue;
      const height = (Math.min(high, Math.max(low, valueNs)) - low) / (high - low);
      const x = LEFT + (RIGHT - LEFT) * (order + 0.5) / samples.length;
      paths[cause ?? "dots"].push(`${x.toFixed(1)} ${(BOTTOM - (BOTTOM - TOP) * height).toFixed(1)}`);
    }
    for (const [name, points] of Object.entries(paths)) {
      if (points.length === 0) continue;
      let path = chart.querySelector(`.${name}`);
      if (!path) {
        path = document.createElementNS("http://www.w3.org/2000/svg", "path");
        path.setAttribute("class", name);
        (name === "dots" ? chart.querySelector("[id]") : chart).append(path);
      }
      path.setAttribute("d", `M${points.join("L")}`);
    }
  }

  document.addEventListener("toggle", (event) => {
    if (event.target.open) for (const chart of event.target.querySelectorAll(".samples[data-index]")) prepare(chart);
  }, true);
}

/** A duration in nanoseconds, in the unit that suits it. */
function duration(valueNs) {
  const [size, unit] = [[1e9, "s"], [1e6, "ms"], [1e3, "µs"]].find(([size]) => Math.abs(valueNs) >= size) ?? [1, "ns"];
  return `${(valueNs / size).toFixed(2)} ${unit}`;
}

watchSamples();
