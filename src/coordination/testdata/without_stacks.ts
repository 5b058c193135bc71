/**
 * Does something in which errors are made and seen by thousands, none of which anybody reads: their stacks would take longer than all
 * else. What is thrown to the outside has none either, but a property test's own report.
 */
export async function withoutStacks(body: () => Promise<void>): Promise<void> {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    await body();
  } finally {
    Error.stackTraceLimit = limit;
  }
}
