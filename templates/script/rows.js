/** The lines of all tables: searched, filtered, sorted, folded by their groups, unfolded. Without it the page is complete, in its own order. */
function watchRows() {
  const rows = [...document.querySelectorAll("tbody.b")].map((body) => ({
    body,
    table: body.closest("table"),
    text: body.querySelector("th").textContent.toLowerCase(),
    traits: new Set((body.dataset.t ?? "").split(" ")),
    keys: (body.dataset.k ?? "").split(","),
    suite: body.closest("[data-suite]")?.dataset.suite ?? "",
    group: groupOf(body),
  }));
  const folded = new Set();
  const tables = new Map([...new Set(rows.map(({ table }) => table))].map((table) => [table, [...table.tBodies]]));
  const [search, suite, trait] = ["search", "suite", "trait"].map((id) => document.getElementById(id));
  let order = { column: "", descending: false };

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
    let shown = 0;
    for (const row of rows) {
      const fits = words.every((word) => row.text.includes(word)) &&
        (!suite?.value || row.suite === suite.value) && (trait.value === "" || row.traits.has(trait.value));
      row.body.hidden = !fits;
      if (fits) shown++;
    }
    const isPlain = order.column === "" && shown === rows.length;
    if (isPlain) for (const { body, group } of rows) body.hidden = folded.has(group);
    for (const [table, bodies] of tables) {
      let heading;
      let some = false;
      for (const body of bodies) {
        if (body.classList.contains("b")) {
          some ||= isPlain || !body.hidden;
          if (heading && !body.hidden && order.column === "") heading.hidden = false;
        } else {
          body.hidden = !isPlain;
          if (body.classList.contains("group")) heading = body;
        }
      }
      const section = table.closest(".suite");
      if (section) section.hidden = !some;
    }
    document.getElementById("count").value = `${shown} of ${rows.length}`;
    document.getElementById("nothing").hidden = shown > 0;
  }

  function sort(column) {
    if (order.column !== column) order = { column, descending: false };
    else if (!order.descending) order = { column, descending: true };
    else order = { column: "", descending: false };
    for (const [table, bodies] of tables) {
      const own = rows.filter((row) => row.table === table);
      const place = keysPlace(table, order.column);
      const sorted = own.toSorted((left, right) => compare(left, right, place));
      table.append(...(order.column === "" ? bodies : sorted.map(({ body }) => body)));
    }
    for (const heading of document.querySelectorAll("th[data-sort]")) {
      if (heading.dataset.sort !== order.column) heading.removeAttribute("aria-sort");
      else heading.setAttribute("aria-sort", order.descending ? "descending" : "ascending");
    }
    filter();
  }

  /** Where the lines of a table have their key for a column, which not every table has; the name comes before the keys. */
  function keysPlace(table, column) {
    return [...table.querySelectorAll("th[data-sort]")].findIndex(({ dataset }) => dataset.sort === column) - 1;
  }

  /** The heading that a line stands under. */
  function groupOf(body) {
    let before = body;
    while (before && !before.classList.contains("group")) before = before.previousElementSibling?.closest("tbody");
    return before;
  }

  /** A heading folds its group, as long as nothing is searched or sorted: what is found is shown. */
  function fold(group, isFolded) {
    if (isFolded) folded.add(group);
    else folded.delete(group);
    group?.querySelector("button").setAttribute("aria-expanded", String(!isFolded));
  }

  /** Shows a line that is searched away or folded. */
  function reveal(body) {
    const row = rows.find((row) => row.body === body);
    if (!row?.body.hidden) return;
    for (const control of [search, suite, trait]) if (control) control.value = "";
    fold(row.group, false);
    filter();
  }

  /** What has no figure comes last, whichever way. */
  function compare(left, right, place) {
    const sign = order.descending ? -1 : 1;
    if (order.column === "name") return sign * left.text.localeCompare(right.text, "en", { numeric: true });
    const [a, b] = [left, right].map(({ keys }) => keys[place] ?? "");
    if (a === "" || b === "") return Number(a === "") - Number(b === "");
    return sign * (Number(a) - Number(b));
  }

  for (const heading of document.querySelectorAll("th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => sort(heading.dataset.sort));
  }
  for (const group of document.querySelectorAll("tbody.group")) {
    const button = document.createElement("button");
    button.type = "button";
    const heading = group.querySelector("th");
    button.append(...heading.childNodes);
    heading.append(button);
    fold(group, false);
    button.addEventListener("click", () => {
      fold(group, !folded.has(group));
      filter();
    });
  }
  for (const control of [search, suite, trait]) control?.addEventListener("input", filter);
  const unfold = document.getElementById("unfold");
  unfold.addEventListener("click", () => {
    const open = unfold.getAttribute("aria-pressed") !== "true";
    unfold.setAttribute("aria-pressed", String(open));
    unfold.textContent = open ? "Fold all" : "Unfold all";
    if (open) {
      for (const group of folded) fold(group, false);
      filter();
    }
    for (const { body } of rows) {
      for (const details of body.hidden ? [] : body.querySelectorAll("details")) details.open = open;
    }
  });
  const tools = document.getElementById("tools");
  tools.hidden = false;
  tools.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || /^(?:INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    event.preventDefault();
    search.focus();
  });
  return reveal;
}

// deno-lint-ignore no-unused-vars -- the scripts are one when they are on the page, and main.js calls it
const reveal = watchRows();
