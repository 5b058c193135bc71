/** A figure whose marks bear titles tells the one under the pointer in words beneath it. */
function watchTitles() {
  for (const figure of document.querySelectorAll("figure:has(svg title)")) {
    const readout = document.createElement("p");
    readout.className = "readout";
    readout.setAttribute("aria-live", "polite");
    figure.append(readout);
    for (const title of figure.querySelectorAll("svg title")) {
      const mark = title.parentElement;
      mark.addEventListener("pointerenter", () => readout.textContent = title.textContent);
    }
  }
}

/** A link to a benchmark unfolds it. */
function unfoldTarget() {
  const target = document.getElementById(location.hash.slice(1));
  reveal(target?.closest("tbody"));
  for (let at = target?.closest("details"); at; at = at.parentElement?.closest("details")) at.open = true;
  target?.closest("tbody")?.scrollIntoView({ block: "nearest" });
}

/** A flag under the pointer tells what it means. */
function watchFlags() {
  for (const flag of document.querySelectorAll('.b a[href^="#f"]')) {
    flag.title = document.getElementById(flag.hash.slice(1)).textContent;
  }
}

/** Copies the command, where the browser lets a page do that. */
function watchCopy() {
  const button = document.getElementById("copy");
  button.hidden = navigator.clipboard === undefined;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(document.getElementById("command").textContent);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Not allowed";
    }
  });
}

watchTitles();
watchFlags();
watchCopy();
addEventListener("hashchange", unfoldTarget);
if (location.hash !== "") unfoldTarget();
