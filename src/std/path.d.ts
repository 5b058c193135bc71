/** The last part of a path, without `suffix`. */
export function basename(path: string, suffix?: string): string;
/** The folder of a path. */
export function dirname(path: string): string;
/** The extension of a path, with its dot. */
export function extname(path: string): string;
/** The path of a `file:` URL. */
export function fromFileUrl(url: string | URL): string;
/** Whether a path starts at a root. */
export function isAbsolute(path: string): boolean;
/** Joins parts into one normalized path. */
export function join(...parts: string[]): string;
/** The path of `to` as seen from `from`. */
export function relative(from: string, to: string): string;
/** Resolves parts to an absolute path. */
export function resolve(...parts: string[]): string;
/** The `file:` URL of an absolute path. */
export function toFileUrl(path: string): URL;
