type Next = () => Promise<void>;
type Middleware = (context: { body: string }, next: Next) => Promise<void>;

function compose(middleware: readonly Middleware[]) {
  return (context: { body: string }): Promise<void> => {
    const dispatch = (i: number): Promise<void> => middleware[i]?.(context, () => dispatch(i + 1)) ?? Promise.resolve();
    return dispatch(0);
  };
}

const pass: Middleware = async (_context, next) => {
  await next();
};

for (const count of [1, 10]) {
  const handle = compose(Array<Middleware>(count).fill(pass));
  Deno.bench({ name: `${count} middleware`, group: "compose", baseline: count === 1, fn: () => handle({ body: "" }) });
}
