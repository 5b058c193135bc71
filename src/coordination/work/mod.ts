/**
 * Work that waits, and those who do it.
 *
 * @module
 */

export { Delivery, type DeliveryDesk } from "./delivery.ts";
export type { WorkItemOptions, WorkTicket } from "./work_item.ts";
export { type WorkAddOptions, WorkQueue, type WorkQueueOptions, type WorkQueueSnapshot } from "./work_queue.ts";
export { WorkQueueClosedError } from "./work_queue_closed_error.ts";
export type { WorkQueueCounts } from "./work_shelf.ts";
