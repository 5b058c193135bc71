/**
 * Ids as text.
 *
 * @module
 */

const BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** A word's eight digits, in lower case. */
export function hexOfWord(word: number): string {
  return BYTES[word >>> 24]! + BYTES[word >>> 16 & 255]! + BYTES[word >>> 8 & 255]! + BYTES[word & 255]!;
}

/** A byte's two digits. */
export function hexOfByte(byte: number): string {
  return BYTES[byte & 255]!;
}

/** The word that eight digits from `start` make; they have been checked. */
export function wordOfHex(hex: string, start: number): number {
  return Number.parseInt(hex.slice(start, start + 8), 16) | 0;
}
