/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />

self.onmessage = ({ data }: MessageEvent<number>) => self.postMessage(data);
