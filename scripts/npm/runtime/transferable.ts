/**
 * What may be transferred to another thread of Node.js: its types do not name it, nor that of a port of messages.
 *
 * @module
 */

/** A port of messages, however types for Node.js or a browser's declare it. */
interface Port {
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
}

/** An object that can change its thread. */
export type Transferable = ArrayBuffer | Port | ReadableStream | WritableStream | TransformStream;
