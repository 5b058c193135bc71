let unpacked;

/** The document that the page holds. */
function pageDocument() {
  unpacked ??= (async () => {
    const file = new Blob([bytesOfDigits(document.getElementById("packed").content.textContent)]);
    return unpack(await new Response(file.stream().pipeThrough(new DecompressionStream("gzip"))).text());
  })();
  return unpacked;
}

/** JSON as visibleJson() of src/visible_text.ts writes it: nothing in it acts on a terminal. */
function visibleJson(value) {
  return JSON.stringify(value).replace(
    /[\x7f-\x9f\p{Zl}\p{Zp}\p{Cf}]/gu,
    (character) => character.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
  );
}

/** Gives the document as the file that `--format json` writes. */
function watchDownload() {
  const button = document.getElementById("raw");
  const link = document.createElement("a");
  link.download = button.dataset.name;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const file = new Blob([visibleJson(await pageDocument()), "\n"], { type: "application/json" });
    link.href ||= URL.createObjectURL(file);
    link.click();
  });
}

watchDownload();
