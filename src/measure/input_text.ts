/**
 * The text of a file that a user names: bounded, decompressed, decoded, or refused with the reason.
 *
 * @module
 */

import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { DocumentError, quote } from "./document_error.ts";
import { packedWithin, unpacked as unpackedDocument } from "./packed_document.ts";
import { systemReason } from "./system_reason.ts";

/** The largest file that is read, in bytes, and the largest text that a compressed one may hold: 256 MiB. */
export const MAX_DOCUMENT_BYTES: number = 256 * 1024 * 1024;

/**
 * Reads a text file in UTF-8, or in UTF-16 with a byte order mark, as shells on Windows redirect output; either may be
 * compressed with gzip, which its first bytes tell, not its name. Of a page that this program made, the text is the document
 * that the page holds.
 *
 * @param path The file.
 * @param maxBytes The largest file and the largest decompressed text that are accepted; a test may lower it.
 * @throws {DocumentError} If there is no such file, it or what it decompresses to is larger than `maxBytes` (a larger file is
 * not even opened, and of a larger text no more than that is ever unpacked), or it is not text.
 */
export async function readInputText(path: string, maxBytes: number = MAX_DOCUMENT_BYTES): Promise<string> {
  try {
    const { isFile, size } = await Deno.stat(path);
    if (!isFile) {
      throw new DocumentError(
        "document_unreadable",
        `Cannot read ${quote(path)}: it is not a file; pass a result's file`,
      );
    }
    if (size > maxBytes) throw tooLarge(path, `it has ${megabytes(size)} MB`, maxBytes);
    return await inputText(await Deno.readFile(path), path, maxBytes);
  } catch (error) {
    throw readError(path, error);
  }
}

/**
 * The text of a file whose bytes have been read; see {@linkcode readInputText}.
 *
 * @throws {DocumentError} If it is damaged, no text, or too large once it is unpacked.
 */
export async function inputText(bytes: Uint8Array, path: string, maxBytes: number): Promise<string> {
  const text = decoded(await unpacked(bytes, path, maxBytes), path);
  const packed = packedWithin(text);
  return packed === undefined ? text : documentText(packed, path, maxBytes);
}

const GZIP_MAGIC = [0x1f, 0x8b] as const;

async function unpacked(bytes: Uint8Array, path: string, maxBytes: number): Promise<Uint8Array> {
  if (bytes[0] !== GZIP_MAGIC[0] || bytes[1] !== GZIP_MAGIC[1]) return bytes;
  try {
    // Not DecompressionStream: it stops at the end of the first of several members, which `cat a.gz b.gz` makes.
    return await promisify(gunzip)(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(path, "it unpacks to more", maxBytes, error);
    throw new DocumentError(
      "document_unreadable",
      `Cannot read ${quote(path)}: it is a damaged gzip file (${systemReason(error)}); compress the result again`,
      { cause: error },
    );
  }
}

function documentText(packed: string, path: string, maxBytes: number): string {
  const what = "the document in this page unpacks to more";
  try {
    const text = JSON.stringify(unpackedDocument(packed, maxBytes)) + "\n";
    if (text.length <= maxBytes) return text;
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(path, what, maxBytes, error);
    throw new DocumentError(
      "document_unreadable",
      `Cannot read ${quote(path)}: the document in this page is damaged (${systemReason(error)}); make the page again`,
      { cause: error },
    );
  }
  throw tooLarge(path, what, maxBytes);
}

function decoded(bytes: Uint8Array, path: string): string {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe
    ? "utf-16le"
    : bytes[0] === 0xfe && bytes[1] === 0xff && "utf-16be";
  try {
    const text = new TextDecoder(wide || "utf-8", { fatal: true }).decode(bytes);
    if (!text.includes("\0")) return text;
  } catch {
    // Told below, as a NUL is.
  }
  throw new DocumentError(
    "document_unreadable",
    `Cannot read ${quote(path)}: it is not text in UTF-8; pass a result's file`,
  );
}

function tooLarge(path: string, what: string, maxBytes: number, cause?: unknown): DocumentError {
  return new DocumentError(
    "document_too_large",
    `Cannot read ${quote(path)}: ${what}, at most ${megabytes(maxBytes)} MB are read; pass a result document`,
    { cause },
  );
}

function readError(path: string, error: unknown): DocumentError {
  if (error instanceof DocumentError) return error;
  if (error instanceof Deno.errors.NotFound) {
    return new DocumentError(
      "document_not_found",
      `Cannot read ${quote(path)}: there is no such file; check the path`,
      { cause: error },
    );
  }
  return new DocumentError(
    "document_unreadable",
    `Cannot read ${quote(path)}: ${systemReason(error)}; check the file`,
    { cause: error },
  );
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(0);
}
