/** How many terminal columns a text takes. */
export function unicodeWidth(text: string): number;
