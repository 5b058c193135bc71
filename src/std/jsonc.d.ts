/** Parses JSON with comments and trailing commas; throws a `SyntaxError` if it is none. */
export declare function parse(text: string): unknown;
