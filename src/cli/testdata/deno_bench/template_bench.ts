enum Escape {
  None,
  Html,
}

// deno-lint-ignore no-namespace -- erased by no mere stripping of types
namespace Entities {
  export const OF: Readonly<Record<string, string>> = { "<": "&lt;", ">": "&gt;", "&": "&amp;" };
}

function render(template: string, values: Readonly<Record<string, string>>, escape = Escape.Html): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? "";
    return escape === Escape.None ? value : value.replace(/[<>&]/g, (character) => Entities.OF[character] ?? "");
  });
}

Deno.bench("escaped", { group: "template" }, () => {
  render("<p>{name}</p>", { name: "<Ada>" });
});

Deno.bench("raw", { group: "template", baseline: true }, () => {
  render("<p>{name}</p>", { name: "<Ada>" }, Escape.None);
});
