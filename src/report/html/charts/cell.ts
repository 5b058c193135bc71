/**
 * The drawing in a row of a table: a few lines on a scale that all rows share. A page has thousands of rows, and Observable Plot takes
 * about a millisecond for each, most of it for elements of a document that are text again a moment later.
 *
 * @module
 */

/** A row's place: its size in the drawing's own units, and a logarithmic scale from one inset to the other. */
export interface CellFrame {
  /** Width of the drawing. */
  readonly width: number;
  /** Height of the drawing. */
  readonly height: number;
  /** How far from either edge the scale ends. */
  readonly inset: number;
  /** The least and the largest value on the scale; above 0, and not the same. */
  readonly domain: readonly [number, number];
}

/** Where a value is; one beyond the scale is at its end. */
function cellX(value: number, { width, inset, domain: [low, high] }: CellFrame): number {
  const ratio = Math.log(Math.min(high, Math.max(low, value)) / low) / Math.log(high / low);
  return inset + (width - 2 * inset) * ratio;
}

/** A line from a value to another, at half the height. */
export function cellLine([from, to]: readonly [number, number], frame: CellFrame, className?: string): string {
  const [start, end] = [Math.round(cellX(from, frame)), Math.round(cellX(to, frame))];
  return path(`M${start} ${frame.height / 2}h${end - start}`, className);
}

/** A line across the row, at a value. */
export function cellRule(value: number, frame: CellFrame, className?: string): string {
  return path(`M${Math.round(cellX(value, frame))} 0v${frame.height}`, className);
}

/** All between two values. */
export function cellBand([from, to]: readonly [number, number], frame: CellFrame, className: string): string {
  const [start, end] = [cellX(from, frame), cellX(to, frame)];
  const [width, x] = [tenths(end - start), tenths(start)];
  return `<g class="${className}"><rect height="${frame.height}" width="${width}" y="0" x="${x}"/></g>`;
}

/** The drawing of a row; it is stretched to its place, and repeats what the text beside it says. */
export function cell(className: string, { width, height }: CellFrame, parts: readonly string[]): string {
  const attributes =
    `aria-hidden="true" preserveAspectRatio="none" viewBox="0 0 ${width} ${height}" class="${className}"`;
  return `<svg ${attributes}>${parts.join("")}</svg>`;
}

function path(data: string, className: string | undefined): string {
  return `<path ${className === undefined ? "" : `class="${className}" `}d="${data}"/>`;
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
