let unpacked;

/** The document that the page holds. */
function pageDocument() {
  unpacked ??= (async () => {
    const file = new Blob([bytesOfDigits(document.getElementById("packed").content.textContent)]);
    return unpack(await new Response(file.stream().pipeThrough(new DecompressionStream("gzip"))).text());
  })();
  return unpacked;
}

/** Gives the document as the file that `--format json` writes. */
function watchDownload() {
  const button = document.getElementById("raw");
  const link = document.createElement("a");
  link.download = button.dataset.name;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const file = new Blob([JSON.stringify(await pageDocument()), "\n"], { type: "application/json" });
    link.href ||= URL.createObjectURL(file);
    link.click();
  });
}

watchDownload();
