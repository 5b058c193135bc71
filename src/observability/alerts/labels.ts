/**
 * Labels, and who is meant by some of them.
 *
 * @module
 */

/** Labels of a series or an alert. */
export type Labels = Readonly<Record<string, string>>;

/** What a label's value must be, or must not be; a label that is not there is `""`. A RegExp finds its match anywhere, unless it is anchored. */
export type LabelCondition = string | RegExp | { readonly not: string | RegExp };

/** Conditions on labels, all of which must hold; none hold of everything. */
export type LabelMatchers = Readonly<Record<string, LabelCondition>>;

/**
 * Checks matchers.
 *
 * @throws {TypeError} If they are none, a condition is none, or a RegExp remembers where it was (flag `g` or `y`).
 */
export function requireMatchers(what: string, matchers: LabelMatchers): LabelMatchers {
  if (typeof matchers !== "object" || matchers === null) {
    throw new TypeError(
      `Cannot match ${what} with ${String(matchers)}: expected conditions by label, such as { severity: "critical" }`,
    );
  }
  for (const [label, condition] of Object.entries(matchers)) {
    const isNegated = typeof condition === "object" && condition !== null && "not" in condition;
    const value = isNegated ? condition.not : condition;
    if (typeof value === "string" || value instanceof RegExp && !value.global && !value.sticky) continue;
    throw new TypeError(
      `Cannot match label "${label}" of ${what} with ${
        String(value)
      }: expected a string, a RegExp without the flags g and y, ` +
        "or { not: either }",
    );
  }
  return matchers;
}

/** Whether labels are as matchers want them. */
export function labelsMatch(matchers: LabelMatchers, labels: Labels): boolean {
  for (const [label, condition] of Object.entries(matchers)) {
    const found = labels[label] ?? "";
    const isNegated = typeof condition === "object" && "not" in condition;
    const value = isNegated ? condition.not : condition;
    if ((typeof value === "string" ? value === found : value.test(found)) === isNegated) return false;
  }
  return true;
}

/** The same text for the same labels, in whatever order. */
export function fingerprintOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([one], [other]) => one < other ? -1 : 1));
}

/** Some of the labels; those that are not there are left out. */
export function pickLabels(labels: Labels, names: readonly string[]): Labels {
  const picked: Record<string, string> = {};
  for (const name of names) if (labels[name] !== undefined) picked[name] = labels[name];
  return picked;
}

/** What all of them have in common. */
export function commonLabels(all: readonly Labels[]): Labels {
  const [first = {}, ...others] = all;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((one) => one[name] === value)),
  );
}
