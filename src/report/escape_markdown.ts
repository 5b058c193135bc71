/**
 * Text that Markdown shows as it is.
 *
 * @module
 */

/**
 * Escapes text for GitHub's Markdown. Characters that mean something to Markdown or HTML become character references, which
 * hold within a table's cell too, where a backslash before a pipe would not after another backslash. GitHub looks for mentions
 * and issues in what the references stand for, so that an invisible character must part `@` and `#` from what follows; a colon
 * before slashes, and the dot after `www`, would begin a link.
 */
export function escapeMarkdown(text: string): string {
  return text.replace(
    /[&<>|`*_[\]\\~]|^[-+=]|[#@]|:(?=\/\/)|(?<=www)\./gi,
    (character) => `&#${character.charCodeAt(0)};${character === "@" || character === "#" ? "&#8203;" : ""}`,
  );
}
