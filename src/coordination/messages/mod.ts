/**
 * Messages between agents.
 *
 * @module
 */

export { Letter, Mailbox, type MailboxOptions, type MailboxSnapshot, type PostOptions } from "./mailbox.ts";
export { type MessageBufferSnapshot, MessagesClosedError } from "./message_buffer.ts";
export { PostOffice, UnknownAddressError } from "./post_office.ts";
export {
  type OverflowPolicy,
  type SubscribeOptions,
  SubscriberFullError,
  Subscription,
  type SubscriptionSnapshot,
  type TopicMessage,
} from "./subscription.ts";
export { topicMatches } from "./topic_pattern.ts";
export { DeliveryError, type PublishReport, Topics, type TopicsSnapshot } from "./topics.ts";
