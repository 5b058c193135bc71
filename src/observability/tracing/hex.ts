/**
 * Ids as text.
 *
 * @module
 */

const BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

const DIGITS = Uint8Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));

/**
 * The sixteen digits of two words, in lower case. In one text, at half the cost of joining eight of two digits, which a reader would
 * have to put together once more.
 */
export function hexOfWords(high: number, low: number): string {
  return String.fromCharCode(
    DIGITS[high >>> 28]!,
    DIGITS[high >>> 24 & 15]!,
    DIGITS[high >>> 20 & 15]!,
    DIGITS[high >>> 16 & 15]!,
    DIGITS[high >>> 12 & 15]!,
    DIGITS[high >>> 8 & 15]!,
    DIGITS[high >>> 4 & 15]!,
    DIGITS[high & 15]!,
    DIGITS[low >>> 28]!,
    DIGITS[low >>> 24 & 15]!,
    DIGITS[low >>> 20 & 15]!,
    DIGITS[low >>> 16 & 15]!,
    DIGITS[low >>> 12 & 15]!,
    DIGITS[low >>> 8 & 15]!,
    DIGITS[low >>> 4 & 15]!,
    DIGITS[low & 15]!,
  );
}

/** A byte's two digits. */
export function hexOfByte(byte: number): string {
  return BYTES[byte & 255]!;
}

/** The word that eight digits from `start` make; they have been checked. */
export function wordOfHex(hex: string, start: number): number {
  return Number.parseInt(hex.slice(start, start + 8), 16) | 0;
}
