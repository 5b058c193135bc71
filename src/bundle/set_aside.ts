/**
 * What an executable for Linux holds between Deno's runtime and the section that `deno compile` appends to it. The runtime reads that
 * section as a whole, and copies it, whenever it starts, 1.3 ms a megabyte; what is set aside is read when it is asked for. On other
 * systems the section is mapped, and nothing has to be set aside.
 *
 * The file is: the runtime, what is set aside, a footer of ours, Deno's section, and Deno's trailer. Both the footer and the trailer are
 * four bytes that tell what they are, four of Deno's own or zeros, and a length, eight bytes, little endian: the footer's is that of what
 * is set aside, the trailer's that of the section and of the trailer itself.
 *
 * @module
 */

/** Length of the trailer and of the footer, in bytes. */
const END_BYTES = 16;
const TRAILER_MARK = 0x501e;
const FOOTER_MARK = 0x46465550;

/**
 * Sets bytes aside in an executable that `deno compile` made for Linux.
 *
 * @throws {TypeError} If it is no such executable.
 */
export async function setAside(executable: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const footer = new DataView(new ArrayBuffer(END_BYTES));
  footer.setUint32(0, FOOTER_MARK, true);
  footer.setBigUint64(8, BigInt(bytes.length), true);
  using file = await Deno.open(executable, { read: true, write: true });
  const start = await sectionStart(file, executable);
  const rest = await readAt(file, start, (await file.stat()).size - start);
  await file.seek(start, Deno.SeekMode.Start);
  for (const part of [bytes, new Uint8Array(footer.buffer), rest]) await writeAll(file, part);
}

/**
 * Reads what is set aside in an executable.
 *
 * @throws {TypeError} If nothing is.
 */
export async function readSetAside(executable: string): Promise<Uint8Array<ArrayBuffer>> {
  using file = await Deno.open(executable);
  const end = await sectionStart(file, executable) - END_BYTES;
  const length = end < 0 ? undefined : lengthIn(await readAt(file, end, END_BYTES), FOOTER_MARK);
  if (length === undefined || length > end) {
    throw new TypeError(`Cannot read what is set aside in "${executable}": nothing is`);
  }
  return await readAt(file, end - length, length);
}

async function sectionStart(file: Deno.FsFile, path: string): Promise<number> {
  const { size } = await file.stat();
  const length = size < END_BYTES ? undefined : lengthIn(await readAt(file, size - END_BYTES, END_BYTES), TRAILER_MARK);
  if (length === undefined || length < END_BYTES || length > size) {
    throw new TypeError(`Cannot use "${path}": expected an executable that deno compile made for Linux`);
  }
  return size - length;
}

/** The length that a trailer or footer tells; undefined if it is none. */
function lengthIn(bytes: Uint8Array<ArrayBuffer>, mark: number): number | undefined {
  const view = new DataView(bytes.buffer);
  return view.getUint32(0, true) === mark ? Number(view.getBigUint64(8, true)) : undefined;
}

async function readAt(file: Deno.FsFile, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  await file.seek(offset, Deno.SeekMode.Start);
  for (let at = 0; at < length;) {
    const count = await file.read(bytes.subarray(at));
    if (count === null) throw new TypeError(`Cannot read the executable: it ends ${length - at} bytes early`);
    at += count;
  }
  return bytes;
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}
