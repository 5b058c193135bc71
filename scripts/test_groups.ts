/** What of the tests is loaded by itself, and what together: every module that Deno's test runner starts is compiled anew. */

/** Test files that are loaded as one module. */
export interface TestGroup {
  /** What the runner shows: the only file's path, or the folder and a number, with `.` for `/`. */
  readonly name: string;
  /** Paths from the root, with `/`. */
  readonly files: readonly string[];
}

/** What waits for programs and pages, or takes long: alone, and early, for one that begins late is waited for by nobody else. */
export const LONG =
  /\/(ab_e2e|measure_e2e|run_e2e|selftest_e2e|system_e2e|engine|pair|prometheus|real_programs)_test\.ts$/;

/** What drives a browser: together, for they share one. */
export const BROWSER = /\/(browser|page_document)_test\.ts$/;

/** What calls the command line, and takes not as long: together, for they share the process that stands ready for many calls. */
export const COMMAND_LINE = /_e2e_test\.ts$/;

/** How many files are loaded at most as one: most of a process is loaded and optimised once, and groups are still spread over processors. */
const GROUP_SIZE = 40;

/** What `deno test` takes for a file of tests. */
const TEST_FILE = /(^|[._])test\.[cm]?[jt]sx?$/;

/** Folders in which `deno test` does not look. */
const PASSED_OVER: ReadonlySet<string> = new Set([".git", "dist", "node_modules"]);

/** Paths of all test files in a folder, from there, sorted. */
export function testFilesIn(root: string, folder = ""): string[] {
  return [...Deno.readDirSync(`${root}/${folder}`)].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return PASSED_OVER.has(name) ? [] : testFilesIn(root, `${folder}${name}/`);
    return TEST_FILE.test(name) ? [folder + name] : [];
  }).sort();
}

function kindOf(file: string): "long" | "browser" | "commandLine" | "other" {
  if (LONG.test(file)) return "long";
  if (BROWSER.test(file)) return "browser";
  return COMMAND_LINE.test(file) ? "commandLine" : "other";
}

/**
 * Every file once: the long ones alone, those with a browser together, those of the command line together, and the others of each
 * folder (of `src`, those of each folder in it) in groups, the largest folders first, so that only short ones are left at the end.
 * Neighbours, which often take equally long, go to different groups. Long ones and groups take turns: these compute while those wait.
 */
export function groupTests(files: readonly string[]): TestGroup[] {
  const { long = [], browser = [], commandLine = [], other = [] } = Object.groupBy(files, kindOf);
  const alone = [
    { name: "browser", files: browser },
    { name: "command-line", files: commandLine },
    ...long.map((file) => ({ name: dotted(file), files: [file] })),
  ].filter((group) => group.files.length > 0);
  const folders = Map.groupBy(
    other,
    (file) => file.split("/").slice(0, file.startsWith("src/") ? 2 : 1).slice(0, file.split("/").length - 1).join("."),
  );
  const together = [...folders].sort(([, a], [, b]) => b.length - a.length).flatMap(([folder, members]) => {
    const count = Math.ceil(members.length / GROUP_SIZE);
    return Array.from({ length: count }, (_, group) => ({
      name: `${folder || "root"}.${group + 1}`,
      files: members.filter((_, index) => index % count === group),
    }));
  });
  const turns = Math.max(alone.length, together.length);
  return Array.from({ length: turns }, (_, turn) => [alone[turn], together[turn]]).flat().filter((group) => !!group);
}

/** A path without its ending, as a file's name. */
function dotted(file: string): string {
  return file.replace(/_test\.\w+$/, "").replaceAll("/", ".");
}
