/** A chart of samples tells the sample under the pointer, or under its slider: from the document that the page holds. */
function watchSamples() {
  const [LEFT, RIGHT] = [52, 336]; // where samples_chart.ts draws them
  let whole;

  function read() {
    whole ??= (async () => {
      const text = atob(document.getElementById("raw").href.split(",")[1]);
      const file = Uint8Array.from(text, (character) => character.charCodeAt(0));
      return await new Response(new Blob([file]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
    })();
    return whole;
  }

  async function prepare(chart) {
    if (chart.dataset.ready) return;
    chart.dataset.ready = "yes";
    const benchmark = (await read()).benchmarks[chart.dataset.index];
    const samples = benchmark.forks.flatMap((fork, f) => {
      const collected = new Set(fork.samples.garbageCollected);
      return fork.samples.wallNs.map((wallNs, i) => ({
        valueNs: wallNs / fork.batchSize - fork.overheadNs,
        where: `fork ${f + 1}, sample ${i + 1} of ${fork.samples.wallNs.length}, ` +
          `${(fork.samples.startMs[i] / 1000).toFixed(2)} s after its start`,
        cause: fork.samples.excluded.find(({ index }) => index === i)?.cause,
        hasCollected: collected.has(i),
      }));
    });
    const bottom = chart.viewBox.baseVal.height - 6;
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
      for (const [name, value] of [["x1", x], ["x2", x], ["y1", 6], ["y2", bottom]]) line.setAttribute(name, value);
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
