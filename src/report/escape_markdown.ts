/**
 * Text that Markdown shows as it is.
 *
 * @module
 */

/**
 * Escapes text for GitHub's Markdown. Characters that mean something to Markdown, HTML or GitHub (mentions) become character
 * references, which hold within a table's cell too, where a backslash before a pipe would not after another backslash.
 */
export function escapeMarkdown(text: string): string {
  return text.replace(/[&<>|`*_[\]\\~#@]|^[-+=]/g, (character) => `&#${character.charCodeAt(0)};`);
}
