/**
 * What Prometheus accepts as a name.
 * See https://prometheus.io/docs/concepts/data_model/ and https://prometheus.io/docs/instrumenting/exposition_formats/.
 *
 * @module
 */

/**
 * Checks the name of a metric.
 *
 * @throws {TypeError} If Prometheus would not accept it.
 */
export function requireMetricName(name: string): void {
  if (typeof name !== "string" || !/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)) {
    throw new TypeError(
      `Cannot register metric ${
        JSON.stringify(name)
      }: expected letters, digits, "_" and ":", no digit first; use a name such ` +
        'as "requests_total"',
    );
  }
}

/**
 * Checks the label names of a metric.
 *
 * @throws {TypeError} If Prometheus would not accept one of them, or one is there twice.
 */
export function requireLabelNames(metric: string, labels: readonly string[]): void {
  if (!Array.isArray(labels)) {
    throw new TypeError(
      `Cannot register metric "${metric}" with labels ${String(labels)}: expected an array of names, such as ["route"]`,
    );
  }
  for (const [place, label] of labels.entries()) {
    if (typeof label !== "string" || !/^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/.test(label)) {
      throw new TypeError(
        `Cannot register metric "${metric}" with label ${
          JSON.stringify(label)
        }: expected letters, digits and "_", no digit ` +
          'and no "__" first; use a name such as "route"',
      );
    }
    if (labels.indexOf(label) !== place) {
      throw new TypeError(`Cannot register metric "${metric}": it has label "${label}" twice; keep one`);
    }
  }
}
