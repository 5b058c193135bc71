/**
 * The page of a result: what it says first, then every benchmark with its evidence, then the circumstances.
 *
 * @module
 */

import type { MeasuredBenchmark, ResultDocument } from "../../measure/document.ts";
import { documentView, isMeasured, labelOf, type ViewRow } from "../document_view.ts";
import { plural } from "../facts.ts";
import { flagsOf, intervalRatio } from "../flags.ts";
import { figureInterval, figureName, figureNotes, figureValue } from "../host_figure_text.ts";
import { BYTE_UNITS, formatDuration, formatPercent, formatScaled } from "../number_format.ts";
import type { Report } from "../report.ts";
import { shortenMiddle } from "../shorten.ts";
import { MAX_DRAWN_A_FORK } from "./charts/samples_of.ts";
import { spanAxis, spanDomain } from "./charts/span_cell.ts";
import { downloadOf } from "./download.ts";
import { MAX_NAME_COLUMNS } from "./name_length.ts";
import { renderPage } from "./page.ts";
import { benchmarkView, flagView, type SortedColumn, spanOf } from "./result/benchmark_view.ts";
import { pageColumns } from "./result/columns.ts";
import { groupsView } from "./result/group_view.ts";
import { insightViews } from "./result/insight_view.ts";
import { reproductionOf } from "./result/reproduce.ts";
import { scalingViews } from "./result/scaling_view.ts";

/** A page that needs no network, and no script to be read. */
export const htmlReport: Report = {
  extension: "html",
  render(document: ResultDocument): string {
    const title = `Benchmark results, ${document.run.startedAt.slice(0, 10)}`;
    return renderPage({ title, body: "result", model: modelOf(document) });
  },
};

/** Beyond so many benchmarks a page shows figures only: with every sample drawn, it would take too long to open. */
const MAX_DRAWN = 400;

/** Of more samples than this, a page draws a part of each fork's; its script draws all where a line is unfolded. */
const MAX_DRAWN_SAMPLES = 8_500;

function modelOf(document: ResultDocument): Readonly<Record<string, unknown>> {
  const view = documentView(document);
  const measured = document.benchmarks.filter(isMeasured);
  const domain = spanDomain(measured.flatMap((result) => spanOf(result) ?? []));
  const places = new Map(document.benchmarks.map((result, index) => [result, index]));
  const drawnAFork = drawnAForkOf(measured.slice(0, MAX_DRAWN));
  const lineOf = (row: ViewRow, columns: readonly SortedColumn[]) => {
    const index = places.get(row.result) ?? 0;
    return benchmarkView(row, {
      index,
      columns,
      domain,
      drawnAFork: index < MAX_DRAWN ? drawnAFork : 0,
      footnotes: view.footnotes,
    });
  };
  const suites = view.suites.map(({ name, groups }, index) => {
    const columns = pageColumns(groups.flatMap(({ rows }) => rows.map(({ result }) => result)).filter(isMeasured));
    return {
      key: `s${index}`,
      name: shortenMiddle(name, MAX_NAME_COLUMNS),
      columns,
      groups: groups.map((group, place) => ({
        // What has no group and follows one would look as if it belonged to it.
        name: shortenMiddle(group.name ?? (place === 0 ? "" : "Without a group"), MAX_NAME_COLUMNS),
        rows: group.rows.map((row) => lineOf(row, columns)),
      })),
    };
  });
  const download = downloadOf(document, `puffin-bench_${document.run.startedAt.replace(/\D/g, "").slice(0, 14)}`);
  return {
    heading: "Benchmark results",
    run: view.run,
    insights: insightViews(document),
    interrupted: document.run.status === "interrupted",
    summary: view.summary,
    tiles: tilesOf(document),
    remarks: view.footnotes.filter(({ number }) => number === 0).map(({ text }) => text),
    method: view.method + thinningText(measured, drawnAFork) +
      (document.benchmarks.length > MAX_DRAWN ? ` The samples of the first ${MAX_DRAWN} benchmarks are drawn.` : ""),
    axis: domain === undefined ? "" : spanAxis(domain),
    suites,
    count: document.benchmarks.length,
    filters: [
      { value: "flagged", text: "With flags or notes" },
      { value: "missed", text: "Slower than expected" },
      { value: "failed", text: "Failed" },
    ],
    scaling: scalingViews(document.scaling),
    groups: groupsView(document),
    references: document.references.filter(isMeasured).map((result) => ({
      name: shortenMiddle(labelOf(result), MAX_NAME_COLUMNS),
      median: formatDuration(result.statistics.median),
      p25: formatDuration(result.statistics.p25),
      interval: intervalRatio(result) === null ? "±∞" : `±${formatPercent(intervalRatio(result) ?? 0)}`,
    })),
    notes: view.footnotes.filter(({ number }) => number > 0),
    legend: view.legend.filter(({ mark }) => /^[a-z!]$/.test(mark)).map(flagView),
    missed: view.missed,
    failures: view.failures,
    environment: view.environment,
    quietness: view.quietness,
    host: document.hostFigures.map((figure) => ({
      name: figureName(figure),
      value: figureValue(figure),
      interval: figureInterval(figure),
    })),
    hostNotes: figureNotes(document.hostFigures, document.host),
    reproduction: reproductionOf(document),
    download: { ...download, size: formatScaled(download.bytes, BYTE_UNITS) },
  };
}

function drawnAForkOf(measured: readonly MeasuredBenchmark[]): number {
  const forks = measured.reduce((sum, result) => sum + result.forks.length, 0);
  return Math.max(1, Math.min(MAX_DRAWN_A_FORK, Math.floor(MAX_DRAWN_SAMPLES / Math.max(1, forks))));
}

function thinningText(measured: readonly MeasuredBenchmark[], drawnAFork: number): string {
  const isThinned = drawnAFork < MAX_DRAWN_A_FORK &&
    measured.some(({ forks }) => forks.some(({ samples }) => samples.wallNs.length > drawnAFork));
  return isThinned
    ? ` To keep this page small, charts show up to ${drawnAFork} samples of a fork; with scripts, all as soon as a line is unfolded.`
    : "";
}

interface Tile {
  readonly value: string;
  readonly name: string;
  readonly tone: "" | "good" | "bad" | "doubtful";
}

/** What a reader wants to know before any figure. */
function tilesOf({ benchmarks, settings, run, quietness }: ResultDocument): Tile[] {
  const measured = benchmarks.filter(isMeasured);
  const failed = benchmarks.length - measured.length;
  const expected = measured.filter(({ meetsExpectation }) => meetsExpectation !== null);
  const met = expected.filter(({ meetsExpectation }) => meetsExpectation === true).length;
  const flagged = measured.filter((result) => flagsOf(result).length > 0).length;
  return [
    { value: String(measured.length), name: "measured", tone: "" },
    { value: String(failed), name: "failed", tone: failed > 0 ? "bad" : "" },
    ...(expected.length === 0 ? [] : [{
      value: `${met} of ${expected.length}`,
      name: "as fast as expected",
      tone: met < expected.length ? "bad" as const : "good" as const,
    }]),
    { value: String(flagged), name: "flagged", tone: flagged > 0 ? "doubtful" : "" },
    {
      value: `${settings.forks} × ${settings.rounds}`,
      name: `${settings.forks === 1 ? "fork" : "forks"} × ${settings.rounds === 1 ? "round" : "rounds"}`,
      tone: "",
    },
    { value: formatDuration(run.durationMs * 1e6), name: plural(run.suites.length, "suite"), tone: "" },
    ...(quietness.busyRatio === null ? [] : [{
      value: formatPercent(quietness.busyRatio),
      name: "of the host busy",
      tone: "" as const,
    }]),
  ];
}
