interface Route {
  readonly pattern: RegExp;
  readonly handle: (match: RegExpExecArray) => string;
}

class RegExpRouter {
  readonly #routes: Route[] = [];
  get(path: string, handle: Route["handle"]): this {
    this.#routes.push({ pattern: new RegExp(`^${path.replace(/:(\w+)/g, "(?<$1>[^/]+)")}$`), handle });
    return this;
  }
  match(path: string): string {
    for (const { pattern, handle } of this.#routes) {
      const match = pattern.exec(path);
      if (match !== null) return handle(match);
    }
    return "404";
  }
}

const router = new RegExpRouter()
  .get("/", () => "home")
  .get("/user/:id", ({ groups }) => `user ${groups?.["id"]}`)
  .get("/user/:id/posts/:post", ({ groups }) => `post ${groups?.["post"]}`);

for (const path of ["/", "/user/7", "/user/7/posts/9", "/none"]) {
  Deno.bench(`GET ${path}`, { group: "routes" }, () => {
    router.match(path);
  });
}
