/**
 * Removes the profiles of coverage that a process was killed in the middle of: `deno coverage` reads none of a folder that has one.
 *
 * @module
 */

const [folder] = Deno.args;
if (folder === undefined) {
  console.error("torn_profiles: usage: torn_profiles FOLDER");
  Deno.exit(2);
}

let torn = 0;
for (const { name } of Deno.readDirSync(folder)) {
  const path = `${folder}/${name}`;
  if (!name.endsWith(".json") || endsAsJson(path)) continue;
  Deno.removeSync(path);
  torn++;
}
console.log(`${torn} profiles of processes that were killed are left out`);

/** Whether the last byte is a closing brace. */
function endsAsJson(path: string): boolean {
  using file = Deno.openSync(path);
  const last = new Uint8Array(1), { size } = file.statSync();
  file.seekSync(Math.max(0, size - 1), Deno.SeekMode.Start);
  return file.readSync(last) === 1 && last[0] === 0x7d;
}
