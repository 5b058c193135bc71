/**
 * Work that waits, and those who do it.
 *
 * @module
 */

export { Delivery } from "./delivery.ts";
export type { WorkItemOptions, WorkTicket } from "./work_item.ts";
export { type WorkAddOptions, WorkQueue, type WorkQueueOptions, type WorkQueueSnapshot } from "./work_queue.ts";
export { WorkQueueClosedError } from "./work_queue_closed_error.ts";
export type { WorkQueueCounts } from "./work_shelf.ts";
export { PoisonList } from "./poison_list.ts";
export {
  type PoisonItem,
  WorkAbandonedError,
  type WorkJob,
  type WorkObserver,
  type WorkProgress,
  type WorkStatistics,
  WorkStoppedError,
  WorkTimeoutError,
} from "./work_job.ts";
export type { WorkProcessorOptions, WorkStopOptions } from "./processor_options.ts";
export { WorkProcessor } from "./work_processor.ts";
