/**
 * Prints the software bill of materials of the executable, in CycloneDX's JSON: its packages of npm with their licences and digests, and
 * Deno. Its argument is the time that it states, so that the same commit gives the same text.
 *
 * `@cyclonedx/cyclonedx-library` is the format's own library: it knows what must be where, and what is left out when it is not known.
 *
 * @module
 */

import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import config from "../deno.json" with { type: "json" };
import { embeddedPackages, type NpmPackage } from "./embedded_packages.ts";

const timestamp = new Date(Deno.args[0] ?? "");
if (Number.isNaN(timestamp.getTime())) {
  throw new TypeError(`Expected a time, such as 2026-01-31T12:00:00Z: ${Deno.args[0]}`);
}
const lock: { npm: Record<string, { integrity: string }> } = JSON.parse(Deno.readTextFileSync("deno.lock"));
const { packages } = await embeddedPackages();
const folders = packageFolders();

const program = component(Enums.ComponentType.Application, "puffin-bench", config.version, config.license);
const runtime = component(Enums.ComponentType.Platform, "deno", Deno.version.deno, "MIT");
const libraries = new Map([...packages].map(([key, npmPackage]) => [key, library(key, npmPackage)]));
for (const [key, { dependencies }] of packages) {
  for (const dependency of dependencies) {
    const needed = libraries.get(dependency);
    if (needed !== undefined) libraries.get(key)?.dependencies.add(needed.bomRef);
  }
}
for (const part of [runtime, ...libraries.values()]) program.dependencies.add(part.bomRef);

const bom = new Models.Bom({ metadata: new Models.Metadata({ component: program, timestamp }) });
for (const part of [runtime, ...libraries.values()]) bom.components.add(part);
const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
console.log(serializer.serialize(bom, { sortLists: true, space: 2 }));

function component(type: Enums.ComponentType, name: string, version: string, license: string): Models.Component {
  const made = new Models.Component(type, name, { version, bomRef: `${name}@${version}` });
  made.licenses.add(/[ (]/.test(license) ? new Models.LicenseExpression(license) : new Models.SpdxLicense(license));
  return made;
}

function library(key: string, { name, version }: NpmPackage): Models.Component {
  const { license }: { license: string } = JSON.parse(readPackageFile(name, version));
  const made = component(Enums.ComponentType.Library, name, version, license);
  made.purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const [algorithm, digest] = lock.npm[key]?.integrity.split("-") ?? [];
  if (algorithm === "sha512" && digest !== undefined) {
    made.hashes.set(Enums.HashAlgorithm["SHA-512"], Uint8Array.fromBase64(digest).toHex());
  }
  return made;
}

/** Where Deno keeps packages: a folder for each registry. */
function packageFolders(): string[] {
  const { stdout } = new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).outputSync();
  const { npmCache }: { npmCache: string } = JSON.parse(new TextDecoder().decode(stdout));
  return [...Deno.readDirSync(npmCache)].map(({ name }) => `${npmCache}/${name}`);
}

function readPackageFile(name: string, version: string): string {
  for (const folder of folders) {
    try {
      return Deno.readTextFileSync(`${folder}/${name}/${version}/package.json`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  throw new Error(`${name}@${version} is not in Deno's cache; run deno install first`);
}
