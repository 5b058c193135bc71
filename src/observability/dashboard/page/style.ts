/**
 * The page's looks: those of the reports (templates/style), whose colours have the contrast that WCAG 2.2 asks for in both themes.
 *
 * @module
 */

/** The style sheet. */
export const STYLE: string = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --soft: #f4f6f8; --line: #d8dde3; --text: #1a1d21; --quiet: #58606a;
  --accent: #0b5fb0; --fill: #0b5fb026; --worse: #a84300; --better: #006b50; --undecided: #7d3f6b; --doubtful: #795400;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #0f1317; --soft: #181e24; --line: #343c46; --text: #e6e9ed; --quiet: #a6afb9;
    --accent: #6cb2f3; --fill: #6cb2f33d; --worse: #ff9e63; --better: #52cfa6; --undecided: #e3a6cc; --doubtful: #eec161;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 1.25rem clamp(.9rem, 3vw, 2.5rem) 4rem; max-width: 96rem;
  background: var(--page); color: var(--text); accent-color: var(--accent);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
header { display: flex; flex-wrap: wrap; gap: .3rem 1rem; align-items: baseline; justify-content: space-between; }
h1, h2, h3 { line-height: 1.25; text-wrap: balance; }
h1 { margin: 0; font-size: 1.5rem; letter-spacing: -.01em; }
h2 { margin: 0 0 .6rem; font-size: 1.2rem; }
h3 { margin: 0; font-size: 1rem; }
p { margin: .35rem 0; }
small { font-size: .8em; font-weight: 400; color: var(--quiet); }
section { margin-top: 2rem; }
input { font: inherit; color: inherit; background: var(--page); border: 1px solid var(--quiet); border-radius: .4rem; padding: .3rem .6rem; max-width: 100%; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[hidden] { display: none !important; }
.quiet { color: var(--quiet); }
.notice { padding: .5rem .8rem; border-left: .25rem solid currentColor; border-radius: .2rem; background: var(--soft); font-size: .9375rem; }
.running { color: var(--accent); }
.completed { color: var(--better); }
.failed, .timed_out { color: var(--worse); }
.retrying, .preempted { color: var(--doubtful); }
.cancelled, .waiting { color: var(--quiet); }

#connection { margin: 0; display: inline-flex; gap: .5rem; align-items: center; padding: .15rem .7rem; border: 1px solid var(--line); border-radius: 1rem; font-size: .875rem; color: var(--quiet); }
#connection::before { content: ""; width: .55rem; height: .55rem; border-radius: 50%; background: currentColor; }
#connection.live { color: var(--better); }
#connection.slow { color: var(--doubtful); }
#connection.lost { color: var(--worse); border-color: currentColor; }

.tiles { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1rem 0 0; }
.tiles div { display: flex; flex-direction: column-reverse; justify-content: flex-end; min-width: 7rem; padding: .5rem .8rem; border: 1px solid var(--line); border-radius: .5rem; }
.tiles dt { font-size: .8125rem; color: var(--quiet); }
.tiles dd { margin: 0; font-size: 1.15rem; font-weight: 600; }
.tiles dd.some { color: var(--worse); }

.panes { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0 2rem; margin-top: 2rem; }
.pane { margin: 0 0 1.5rem; min-width: 0; }
@media (min-width: 60rem) { .panes { grid-template-columns: minmax(17rem, 23rem) minmax(0, 1fr); align-items: start; } }
.tools { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin: 0 0 .6rem; font-size: .875rem; }
.tools label { display: flex; gap: .4rem; align-items: center; color: var(--quiet); }
.tools .grow { flex: 1 1 9rem; max-width: 24rem; }
.tools .grow input { width: 100%; color: var(--text); }
.tools output { margin-left: auto; color: var(--quiet); }

#run-list { max-height: min(44rem, 75vh); overflow-y: auto; border: 1px solid var(--line); border-radius: .5rem; scrollbar-width: thin; }
@media (max-width: 59.99rem) { #run-list { max-height: 17rem; } }
.entry { display: grid; grid-template-columns: 1.1rem minmax(0, 1fr) auto; gap: 0 .5rem; padding: .45rem .7rem; border-bottom: 1px solid var(--line); cursor: pointer; font-size: .875rem; }
.entry:last-child { border-bottom: 0; }
.entry:hover { background: var(--soft); }
.entry[aria-selected="true"] { background: var(--fill); box-shadow: inset .2rem 0 var(--accent); }
.entry .agent { font-weight: 600; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.entry .about { grid-column: 2 / -1; color: var(--quiet); font-size: .8125rem; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.entry[aria-selected="true"] .about { color: var(--text); }
.entry .wrong { grid-column: 2 / -1; font-size: .8125rem; color: var(--worse); display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; }
.mark { font-weight: 700; text-align: center; }

#run-title { display: flex; gap: .5rem; align-items: baseline; }
#run-facts { font-size: .9375rem; color: var(--quiet); }
#run-facts b { font-weight: 600; }
figure { margin: 1rem 0; min-width: 0; }
figcaption { margin-top: .3rem; font-size: .8125rem; color: var(--quiet); }
.canvas { overflow: auto; max-height: 34rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--soft); scrollbar-width: thin; }
svg { display: block; }
#drawing { margin: 0 auto; }
#drawing text { font-size: 12px; font-family: inherit; }
.box rect { fill: var(--page); stroke: var(--quiet); stroke-width: 1.2; }
.box .name { fill: var(--text); }
.box .sign { fill: currentColor; font-weight: 700; text-anchor: middle; }
.box.waiting rect { stroke: var(--line); stroke-width: 1.6; }
.box.waiting .name { fill: var(--quiet); }
.box.running rect, .box.retrying rect, .box.preempted rect { stroke: currentColor; stroke-width: 2; }
.box.completed rect { stroke: currentColor; }
.box.failed rect, .box.timed_out rect { stroke: currentColor; stroke-width: 2; }
.box.cancelled rect { stroke: currentColor; stroke-dasharray: 4 3; }
@media (prefers-reduced-motion: no-preference) {
  body:not(.calm) :is(.box.running .sign, .mark.running) { animation: breathe 1.6s ease-in-out infinite; }
  @keyframes breathe { 50% { opacity: .35; } }
}
.arrow { fill: none; stroke: var(--quiet); stroke-width: 1.2; }
.arrow.route, .arrow.seen { stroke-dasharray: 4 3; }
.arrow.taken { stroke: var(--accent); stroke-width: 1.7; }
#tip path { fill: var(--quiet); }
#tip-taken path { fill: var(--accent); }

.scroller { max-height: 36rem; overflow-y: auto; scrollbar-width: thin; }
#alerts .scroller { max-height: min(30rem, 60vh); }
.scroller thead th { position: sticky; top: 0; background: var(--page); box-shadow: inset 0 -1px var(--quiet); border: 0; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; table-layout: fixed; }
th, td { padding: .42rem .55rem; text-align: right; font-weight: 400; vertical-align: top; }
thead th { font-weight: 600; border-bottom: 1px solid var(--quiet); vertical-align: bottom; }
th:first-child { text-align: left; padding-left: .2rem; }
tbody tr { border-bottom: 1px solid var(--line); }
tbody th small { display: block; }
.states th:first-child { width: 34%; }
.states th:nth-child(2) { width: 5.5rem; }
.states th:nth-child(3) { width: 7rem; }
.states tbody th > div { display: flex; gap: .5rem; }
.states tbody th > div > span:last-child { min-width: 0; }
.states .wrong { color: var(--worse); }
.states .wrong.over { color: var(--doubtful); }
.states .drawn { padding-right: .2rem; }
#timeline-scale { float: right; font-weight: 400; color: var(--quiet); }
thead .drawn { text-align: left; }
.bars { width: 100%; height: 1.3rem; background: linear-gradient(var(--line), var(--line)) center / 100% 1px no-repeat; }
.bars rect { fill: currentColor; }
.bars .retrying { fill: var(--doubtful); }
.metrics th:first-child { width: 40%; }
.metrics th.drawn { width: 14rem; }
.metrics .spread { width: 17rem; }
.metrics th:nth-child(2) { width: 9.5rem; }
.metrics tbody b { font-weight: 600; }
.metrics .labels { color: var(--quiet); font-size: .8125rem; display: block; }
.metrics td small { display: block; }
.spark { width: 100%; height: 1.9rem; overflow: visible; }
.spark .line { fill: none; stroke: var(--accent); stroke-width: 1.4; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
.spark .area { fill: var(--fill); }
@media (max-width: 48rem) { .metrics .spread { display: none; } }
@media (max-width: 40rem) {
  th, td { padding-left: .3rem; padding-right: .3rem; }
  .metrics th:first-child { width: 46%; } .metrics th:nth-child(2) { width: 26%; } .metrics th.drawn { width: 28%; }
  .states th:first-child { width: 36%; } .states th:nth-child(2) { width: 17%; } .states th:nth-child(3) { width: 21%; }
  #timeline-scale { float: none; display: block; }
  .tiles div { flex: 1 1 28%; min-width: 0; padding: .4rem .6rem; }
}

.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr)); gap: .75rem; padding: 0; margin: .5rem 0; list-style: none; align-items: start; }
.card { padding: .7rem 1rem; border: 1px solid var(--line); border-left: .3rem solid var(--quiet); border-radius: .5rem; }
.card.firing { border-left-color: var(--worse); }
.card.pending { border-left-color: var(--doubtful); }
.card.resolved { border-left-color: var(--better); }
.card.muted { border-left-style: double; }
.card p { font-size: .9375rem; }
.severity { font-size: .75rem; font-weight: 600; letter-spacing: .04em; text-transform: uppercase; color: var(--quiet); }
.firing .severity { color: var(--worse); }
.pending .severity { color: var(--doubtful); }
.resolved .severity { color: var(--better); }
.card .labels { font-size: .8125rem; color: var(--quiet); }
ul.plain { padding: 0; margin: .4rem 0; list-style: none; font-size: .875rem; }
@media print { .canvas, .scroller, #alerts .scroller, #run-list { max-height: none; overflow: visible; } .tools, #connection { display: none; } }
`;
