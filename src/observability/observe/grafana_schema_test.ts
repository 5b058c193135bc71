/** The dashboard for Grafana against the types that Grafana publishes, by which `deno check` judges it as a literal. */
import { assert, assertStringIncludes } from "@std/assert";
import { z } from "zod";

const root = new URL("../../../", import.meta.url);
const types = new URL("./testdata/grafana_types.ts", import.meta.url);
const panelSchema = z.looseObject({
  id: z.int(),
  type: z.enum(["row", "stat", "timeseries"]),
  options: z.unknown().optional(),
  fieldConfig: z.looseObject({ defaults: z.looseObject({ custom: z.unknown().optional() }) }).optional(),
});
const dashboardSchema = z.looseObject({ panels: z.array(panelSchema) });

/** A program that is right if a dashboard is. */
function programOf(dashboard: z.infer<typeof dashboardSchema>): string {
  const constants = [`whole: DashboardJson = ${JSON.stringify(dashboard)}`];
  for (const { id, type, options, fieldConfig } of dashboard.panels) {
    if (type === "row") continue;
    const custom = fieldConfig?.defaults.custom;
    constants.push(`options${id}: ${type === "stat" ? "StatJson" : "TimeSeriesJson"} = ${JSON.stringify(options)}`);
    if (custom !== undefined) constants.push(`lines${id}: LinesJson = ${JSON.stringify(custom)}`);
  }
  return `import type { DashboardJson, LinesJson, StatJson, TimeSeriesJson } from "${types}";\n` +
    constants.map((constant) => `export const ${constant};\n`).join("");
}

Deno.test("dashboards/grafana.json is a dashboard by the types that Grafana publishes, its panels' options included", async () => {
  const text = await Deno.readTextFile(new URL("dashboards/grafana.json", root));
  const dashboard = dashboardSchema.parse(JSON.parse(text)), right = programOf(dashboard);
  const wrong = programOf({ ...dashboard, refrsh: "10s" })
    .replaceAll('"colorMode":"value"', '"colorMode":"vlaue"')
    .replaceAll('"fillOpacity":10', '"fillOpacity":"10"');
  const unknownColour = right.replaceAll('"palette-classic"', '"palette-clasic"');
  const folder = await Deno.makeTempDir({ prefix: "puffin-grafana-" });
  try {
    const programs = Object.entries({ right, wrong, unknownColour }).map(([name, program]) => ({
      file: `${folder}/${name}.ts`,
      program,
    }));
    for (const { file, program } of programs) await Deno.writeTextFile(file, program);
    const args = ["check", "--quiet", "--config", new URL("deno.json", root).pathname];
    const command = new Deno.Command(Deno.execPath(), {
      args: [...args, ...programs.map(({ file }) => file)],
      env: { NO_COLOR: "1" },
    });
    const complaints = new TextDecoder().decode((await command.output()).stderr);
    assert(!complaints.includes("right.ts"), complaints);
    for (const each of ["refrsh", "vlaue", "fillOpacity", "palette-clasic"]) assertStringIncludes(complaints, each); // so it looks
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
