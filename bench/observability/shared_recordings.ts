/**
 * What threads record.
 *
 * @module
 */

/** A counter, by route. */
export const REQUESTS = { name: "requests_total", help: "Requests", labels: ["route"] } as const;

/** How long they took. */
export const SECONDS = { name: "request_seconds", help: "Duration of requests", unit: "seconds" } as const;

/** Its routes: a power of two. */
export const ROUTES = ["/", "/login", "/orders", "/orders/:id"] as const;
