/**
 * What Grafana says a dashboard is, as JSON has it.
 *
 * @module
 */

import type { Dashboard, VariableModel } from "@grafana/schema";
import type {
  Options as StatOptions,
} from "@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen";
import type {
  FieldConfig,
  Options as TimeSeriesOptions,
} from "@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen";

/** A type with the values of enumerations in place of these. */
type Json<T> = T extends string ? `${T}` : T extends object ? { [Key in keyof T]: Json<T[Key]> } : T;

/** What every dashboard has that Grafana saves, though its types leave it out: the query's text, for the list of variables. */
type Variable = VariableModel & { definition?: string };

/** A whole dashboard. Of panels it tells neither options nor fields of their own. */
export type DashboardJson = Json<Omit<Dashboard, "templating"> & { templating: { list: Variable[] } }>;
/** Options of a panel with a number; what is left out has a default. */
export type StatJson = Json<Partial<StatOptions>>;
/** Options of a panel with lines. */
export type TimeSeriesJson = Json<TimeSeriesOptions>;
/** How lines are drawn. */
export type LinesJson = Json<FieldConfig>;
