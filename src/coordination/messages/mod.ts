/**
 * Messages between agents.
 *
 * @module
 */

export { Letter, Mailbox, type MailboxOptions, type PostOptions } from "./mailbox.ts";
export { MessagesClosedError } from "./message_buffer.ts";
export { PostOffice, UnknownAddressError } from "./post_office.ts";
export {
  type OverflowPolicy,
  type SubscribeOptions,
  SubscriberFullError,
  Subscription,
  type TopicMessage,
} from "./subscription.ts";
export { topicMatches } from "./topic_pattern.ts";
export { DeliveryError, type PublishReport, Topics } from "./topics.ts";
