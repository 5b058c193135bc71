/**
 * XML 1.0 as far as a report needs it: elements, attributes, text. A library would save fewer lines than its import costs.
 *
 * @module
 */

import { plainText } from "./plain_text.ts";

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text for an attribute or an element; what XML cannot hold at all is written as `\u{…}`, line feeds in an element stay. */
export function xmlText(text: string): string {
  return text.split("\n").map(escaped).join("\n");
}

/** An element; `children` are elements already, or text from {@linkcode xmlText}. Attributes that are undefined are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  children: readonly string[] = [],
): string {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escaped(String(value))}"`]
  ).join("");
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join("")}</${name}>`;
}

function escaped(text: string): string {
  return plainText(text).replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
