function parse(text: string): string[][] {
  return text.split("\n").map((line) => line.split(","));
}

const small = "a,b,c\n1,2,3";
const large = Array.from({ length: 100 }, (_, i) => `${i},${i * 2},${i * 3}`).join("\n");

for (const [name, text] of Object.entries({ small, large })) {
  Deno.bench({
    name: `parse ${name}`,
    group: "csv",
    baseline: name === "small",
    fn() {
      parse(text);
    },
  });
}
