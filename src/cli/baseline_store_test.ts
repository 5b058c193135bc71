import { assert, assertEquals, assertRejects } from "@std/assert";
import { BaselineStore } from "./baseline_store.ts";
import { readRuns } from "./baseline_index.ts";
import { comparableDocument, writeResults } from "./testdata/comparable.ts";
import { inTempDir } from "./testdata/program.ts";
import { UsageError } from "./usage_error.ts";

const documents = [0, 1, 2].map((minute) => comparableDocument({ minute }));

/** Three results in a folder, and the store of the folder beside them. */
function withStore(
  use: (store: BaselineStore, files: readonly string[], folder: string) => Promise<void>,
): Promise<void> {
  return inTempDir(async (folder) => {
    await writeResults(folder, Object.fromEntries(documents.map((document, index) => [`${index}.json`, document])));
    await use(new BaselineStore(`${folder}/results`), documents.map((_, index) => `${folder}/${index}.json`), folder);
  });
}

const startedIn = async (path: string) => (await readRuns(path)).map(({ startedAt }) => startedAt);
const startOf = (index: number) => documents[index]?.run.startedAt ?? "";

Deno.test("BaselineStore keeps one run as it is, several as an index, and every earlier one", () =>
  withStore(async (store, [one = "", two = "", three = ""]) => {
    await store.replace(await store.prepare([one]), undefined);
    assertEquals(await Deno.readTextFile(store.path), await Deno.readTextFile(one));
    await store.replace(await store.prepare([two, three]), await store.present());
    assertEquals(await startedIn(store.path), [startOf(1), startOf(2)]);
    await store.replace(await store.prepare([one]), await store.present());
    const history = await store.history();
    const started = await Promise.all(history.map(({ path }) => startedIn(path)));
    assertEquals(started.length, 4, "three runs, and the index of two");
    assert(started.some((times) => times.length === 2 && times[0] === startOf(1)), "the index still finds its runs");
    for (const index of [0, 1, 2]) assert(started.some((times) => times.length === 1 && times[0] === startOf(index)));
  }));

Deno.test("BaselineStore keeps a baseline that was put there by hand, even one that is no result", () =>
  withStore(async (store, [one = ""], folder) => {
    for (const text of [JSON.stringify(documents[2]), "not a result"]) {
      await writeResults(folder, { "results/baseline.json": text });
      await store.replace(await store.prepare([one]), await store.present());
      const kept = await Promise.all((await store.history()).map(({ path }) => Deno.readTextFile(path)));
      assert(kept.includes(text));
    }
  }));

Deno.test("BaselineStore replaces nothing that has changed since somebody was asked, or that another is changing", () =>
  withStore(async (store, [one = "", two = "", three = ""], folder) => {
    await store.replace(await store.prepare([one]), undefined);
    await assertRejects(
      async () => store.replace(await store.prepare([two]), undefined),
      UsageError,
      "another program",
    );
    const asked = await store.present();
    await store.replace(await store.prepare([three]), asked);
    await assertRejects(async () => store.replace(await store.prepare([two]), asked), UsageError, "another program");
    assertEquals(await startedIn(store.path), [startOf(2)]);
    using lock = await Deno.open(`${folder}/results/baselines/.lock`, { read: true, write: true });
    await lock.lock(true);
    await assertRejects(async () => store.replace(await store.prepare([two]), await store.present()), UsageError);
  }));

Deno.test("BaselineStore at once: one of many first savers wins, the others are told", () =>
  withStore(async (store, files) => {
    const prepared = await Promise.all(files.map((file) => store.prepare([file])));
    const results = await Promise.allSettled(prepared.map((next) => store.replace(next, undefined)));
    assertEquals(results.filter(({ status }) => status === "fulfilled").length, 1);
    assertEquals((await readRuns(store.path)).length, 1);
  }));

Deno.test("BaselineStore leaves the old baseline and no half of a file if it cannot write", () =>
  withStore(async (store, [one = "", two = ""], folder) => {
    await store.replace(await store.prepare([one]), undefined);
    const before = await Deno.readTextFile(store.path);
    await Deno.remove(`${folder}/results/baselines`, { recursive: true });
    await Deno.writeTextFile(`${folder}/results/baselines`, "in the way");
    const error = await assertRejects(
      async () => store.replace(await store.prepare([two]), await store.present()),
      UsageError,
    );
    assert(error.message.startsWith(`Cannot write ${JSON.stringify(store.path)}: `), error.message);
    assertEquals(await Deno.readTextFile(store.path), before);
    assertEquals([...Deno.readDirSync(`${folder}/results`)].map(({ name }) => name).toSorted(), [
      "baseline.json",
      "baselines",
    ]);
  }));

Deno.test("BaselineStore refuses what is no result before anything is written", () =>
  withStore(async (store, _files, folder) => {
    await writeResults(folder, { "broken.json": "{" });
    await assertRejects(() => store.prepare([`${folder}/broken.json`]), Error, "broken.json");
    await assertRejects(() => Deno.stat(`${folder}/results`), Deno.errors.NotFound);
  }));
