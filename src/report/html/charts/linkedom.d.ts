/** The part of linkedom that drawings need; its own types ask for the browser's library, which the program has not. */

/** An element of a drawing. */
export interface DrawnElement {
  /** Its markup, with text and attributes escaped. */
  readonly outerHTML: string;
  /** Its name, in upper case within HTML. */
  readonly tagName: string;
  /** What is directly within it. */
  readonly children: Iterable<DrawnElement>;
  /** The elements within it that match. */
  querySelectorAll(selector: string): Iterable<DrawnElement>;
  /** The names of its attributes. */
  getAttributeNames(): string[];
  /** The value of an attribute; null without it. */
  getAttribute(name: string): string | null;
  /** Sets an attribute. */
  setAttribute(name: string, value: string): void;
  /** Removes an attribute. */
  removeAttribute(name: string): void;
  /** Puts elements behind all that is within it. */
  append(...children: DrawnElement[]): void;
  /** Puts elements in the place of all that is within it. */
  replaceChildren(...children: DrawnElement[]): void;
  /** Puts another element in its place. */
  replaceWith(other: DrawnElement): void;
  /** Takes it out of its document. */
  remove(): void;
}

/** A document to draw in. */
export interface DrawnDocument {
  /** A new element. */
  createElementNS(namespace: string, name: string): DrawnElement;
}

/** Parses a page. */
export function parseHTML(page: string): { readonly document: DrawnDocument };
