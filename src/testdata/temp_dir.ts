/** Calls `use` with the path of an empty folder, and removes that when it has settled. */
export async function inTempDir<Result>(use: (path: string) => Promise<Result>): Promise<Result> {
  const path = await Deno.makeTempDir({ prefix: "puffin-test-" });
  try {
    return await use(path);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}
