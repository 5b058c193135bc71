/**
 * The page's skeleton; the script fills it.
 *
 * @module
 */

/** The body, but for its script. */
export const MARKUP: string = `<body>
<header>
  <h1>PuffinFlow <small>live</small></h1>
  <p id="connection" class="connecting" role="status">Connecting</p>
</header>
<main>
<noscript><p class="notice">This page shows what goes on while it goes on, which needs JavaScript.</p></noscript>
<dl class="tiles">
  <div><dt>running</dt><dd id="tile-running">0</dd></div>
  <div><dt>completed</dt><dd id="tile-completed">0</dd></div>
  <div><dt>failed</dt><dd id="tile-failed">0</dd></div>
  <div><dt>cancelled or late</dt><dd id="tile-stopped">0</dd></div>
  <div><dt>events a second</dt><dd id="tile-rate">0</dd></div>
  <div id="tile-alerts" hidden><dt>alerts firing</dt><dd id="tile-firing">0</dd></div>
</dl>
<p class="hidden" id="alert-news" aria-live="polite"></p>
<section id="alerts" aria-labelledby="alerts-title" hidden>
  <h2 id="alerts-title">Alerts</h2>
  <div class="scroller" tabindex="0" role="group" aria-label="Alerts and silences, scrolls">
    <ul class="cards" id="alert-list"></ul>
    <p class="quiet" id="alerts-more" hidden></p>
    <div id="silences" hidden><h3>Silences</h3><ul class="plain" id="silence-list"></ul></div>
  </div>
</section>
<div class="panes">
  <section class="pane" aria-labelledby="runs-title">
    <h2 id="runs-title">Runs</h2>
    <div class="tools">
      <label class="grow"><span class="hidden">Search runs</span><input id="run-search" type="search" placeholder="Search runs" autocomplete="off"></label>
      <label><input id="follow" type="checkbox" checked> follow the newest</label>
    </div>
    <p class="quiet" id="runs-none">No run yet. Runs show up here as they begin.</p>
    <div id="run-list" role="listbox" tabindex="0" aria-labelledby="runs-title" hidden></div>
    <p class="quiet" id="runs-more" hidden></p>
  </section>
  <section class="pane" id="run" aria-labelledby="run-title" hidden>
    <h2 id="run-title"></h2>
    <p id="run-facts"></p>
    <p class="notice failed" id="run-error" hidden></p>
    <figure id="graph">
      <div class="canvas" id="canvas" tabindex="0" role="group" aria-label="Graph, scrolls"><svg id="drawing" role="img"></svg></div>
      <figcaption id="graph-caption"></figcaption>
    </figure>
    <div class="scroller" tabindex="0" role="group" aria-label="States, scrolls">
    <table class="states">
      <caption class="hidden">States of the run, in the order in which they began</caption>
      <thead><tr><th scope="col">State</th><th scope="col">Tries</th><th scope="col">Time</th><th scope="col" class="drawn">Timeline<span id="timeline-scale"></span></th></tr></thead>
      <tbody id="states"></tbody>
    </table>
    </div>
  </section>
</div>
<section id="metrics" aria-labelledby="metrics-title" hidden>
  <h2 id="metrics-title">Metrics</h2>
  <div class="tools">
    <label class="grow"><span class="hidden">Search metrics</span><input id="metric-search" type="search" placeholder="Search names and labels" autocomplete="off"></label>
    <label><input id="hide-zeros" type="checkbox"> hide what is 0</label>
    <output id="metric-count"></output>
  </div>
  <table class="metrics">
    <caption class="hidden">Metrics, with what they read in the last three minutes</caption>
    <thead><tr><th scope="col">Series</th><th scope="col">Value</th><th scope="col" class="spread">Median, 95th, 99th percentile</th><th scope="col" class="drawn">Last minutes</th></tr></thead>
    <tbody id="series"></tbody>
  </table>
</section>
</main>
</body>`;
