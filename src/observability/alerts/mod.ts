/**
 * Rules over metrics, and who is told when they fire.
 *
 * @module
 */

export type { Alert, AlertNotification, AlertState, DeliveryOptions, Notifier } from "./alert.ts";
export { AlertManager, AlertManagerClosedError } from "./alert_manager.ts";
export type {
  AlertFilter,
  AlertManagerOptions,
  AlertManagerSnapshot,
  NotifierRoute,
  NotifierSnapshot,
  TriggerOptions,
} from "./alert_manager_options.ts";
export type {
  AbsenceRule,
  AlertRule,
  AlertRuleBase,
  AlertSeverity,
  AnnotationContext,
  AnnotationTemplate,
  AnomalyRule,
  Limit,
  MetricSelection,
  RateRule,
  RatioRule,
  ThresholdRule,
} from "./alert_rule.ts";
export { AlertmanagerNotifier, type AlertmanagerOptions } from "./notifiers/alertmanager_notifier.ts";
export { ConsoleNotifier, type ConsoleNotifierOptions } from "./notifiers/console_notifier.ts";
export type { DeliverySettings, DeliverySnapshot, UndeliveredItem } from "./notifiers/delivery_line.ts";
export type { SendRequest } from "./notifiers/http_post.ts";
export { ReceiverError } from "./notifiers/receiver_error.ts";
export { WebhookNotifier, type WebhookOptions } from "./notifiers/webhook_notifier.ts";
export { verifyWebhook, type WebhookMessage } from "./notifiers/webhook_signature.ts";
export type { InhibitionRule } from "./inhibitions.ts";
export type { LabelCondition, LabelMatchers, Labels } from "./labels.ts";
export type { Silence, SilenceOptions } from "./silences.ts";
