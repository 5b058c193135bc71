/** Bold text. */
export function bold(text: string): string;
/** Cyan text. */
export function cyan(text: string): string;
/** Dim text. */
export function dim(text: string): string;
/** Green text. */
export function green(text: string): string;
/** Red text. */
export function red(text: string): string;
/** Yellow text. */
export function yellow(text: string): string;
/** Turns colours on or off for the whole process. */
export function setColorEnabled(enabled: boolean): void;
/** The text without its colour codes. */
export function stripAnsiCode(text: string): string;
