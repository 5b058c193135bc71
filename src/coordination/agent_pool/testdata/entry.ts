/**
 * A Worker's entry of a user's own.
 *
 * @module
 */

import { isWorkerScope, serveTasks } from "../serve_tasks.ts";

if (isWorkerScope(globalThis)) serveTasks((n: number) => n + 1);
