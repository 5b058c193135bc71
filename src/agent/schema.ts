/**
 * The part of the Standard Schema specification (version 1) that validation needs. Schemas of zod, valibot, arktype and others have
 * this shape; the types of `@standard-schema/spec` are held against it by a test.
 *
 * @module
 */

/** A schema that says what the variables given to a run must look like. */
export interface VariableSchema<Input, Output> {
  /** What the specification keeps its members under. */
  readonly "~standard": VariableSchemaMembers<Input, Output>;
}

/** What a Standard Schema can do. */
export interface VariableSchemaMembers<Input, Output> {
  /** The version of the specification. */
  readonly version: 1;
  /** The library that the schema comes from. */
  readonly vendor: string;
  /** Checks a value, and may convert it. */
  readonly validate: (value: unknown) => SchemaOutcome<Output> | Promise<SchemaOutcome<Output>>;
  /** What goes in and what comes out; only for the type checker. */
  readonly types?: { readonly input: Input; readonly output: Output } | undefined;
}

/** What validation gives: a value, or issues. */
export type SchemaOutcome<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** What is wrong with a value. */
export interface SchemaIssue {
  /** What was wanted and found. */
  readonly message: string;
  /** Where: keys from the outside in. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}
