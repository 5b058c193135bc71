/** The longest of some words. */
export function longest(words: readonly string[]): string {
  return words.reduce((best, word) => word.length > best.length ? word : best, "");
}
