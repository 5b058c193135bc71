/**
 * Takes the runtime out of an executable that `deno compile` made: `deno run runtime_image.ts EXECUTABLE RUNTIME`.
 *
 * What was put in is put back: the bytes of the program's section go, and the headers that tell of it. Sizes and signatures that
 * `deno compile` writes anew whatever they were are left as they are, so that what is made of this runtime is what is made of the original.
 *
 * @module
 */

const ELF = 0x464c457f, MACH_O_64 = 0xfeedfacf;
/** What stands before the program's section in a Mach-O file for x64, which has no segment for it. */
const SENTINEL = [...new TextEncoder().encode("<~sui-data~>"), 0xef, 0xbe, 0xad, 0xde];

/** Where the load commands of a Mach-O file have offsets of what is in its last segment, `__LINKEDIT`, by command. */
const LINKED_OFFSETS: Readonly<Record<number, readonly number[]>> = {
  0x2: [8, 16], // symbol table
  0xb: [32, 40, 48, 56, 64, 72], // dynamic symbol table
  0x1d: [8], // code signature
  0x26: [8], // starts of functions
  0x29: [8], // data in code
  0x2b: [8], // signing requirements of libraries
  0x2d: [8], // hints for the linker
  0x8000001e: [8], // exports
  0x80000034: [8], // chained fixups
  0x22: [8, 16, 24, 32, 40], // of the dynamic linker
  0x80000022: [8, 16, 24, 32, 40],
};
const SEGMENT_64 = 0x19;
const MACH_HEADER_BYTES = 32;

const [executable = "", runtime = ""] = Deno.args;
await Deno.writeFile(runtime, runtimeOf(await Deno.readFile(executable)), { mode: 0o755 });

function runtimeOf(bytes: Uint8Array<ArrayBuffer>): Uint8Array {
  const view = new DataView(bytes.buffer);
  const magic = view.getUint32(0, true);
  if (magic === ELF) return bytes.subarray(0, elfEnd(view));
  if (magic === MACH_O_64) return withoutSegment(bytes, view) ?? bytes.subarray(0, sentinelStart(bytes));
  return withoutResources(bytes, view);
}

/** Where the section headers end, the last part of an ELF file. */
function elfEnd(view: DataView): number {
  return Number(view.getBigUint64(0x28, true)) + view.getUint16(0x3a, true) * view.getUint16(0x3c, true);
}

function sentinelStart(bytes: Uint8Array): number {
  for (let at = bytes.length - SENTINEL.length; at > 0; at--) {
    if (SENTINEL.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  throw new TypeError("Cannot find the program's section in the executable");
}

/** A Mach-O file without the segment of the program, or undefined if it has none. */
function withoutSegment(bytes: Uint8Array<ArrayBuffer>, view: DataView): Uint8Array | undefined {
  const commands: { readonly at: number; readonly command: number; readonly size: number; readonly name: string }[] =
    [];
  for (let at = MACH_HEADER_BYTES, left = view.getUint32(16, true); left > 0; left--) {
    const command = view.getUint32(at, true), size = view.getUint32(at + 4, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 8, at + 24)).replace(/\0.*/s, "");
    commands.push({ at, command, size, name: command === SEGMENT_64 ? name : "" });
    at += size;
  }
  const added = commands.find(({ name }) => name === "__SUI");
  if (added === undefined) return undefined;
  const [memoryBytes, start, fileBytes] = [32, 40, 48].map((offset) => view.getBigUint64(added.at + offset, true));
  if (memoryBytes === undefined || start === undefined || fileBytes === undefined) return undefined;
  for (const { at, command, name } of commands) {
    if (name === "__LINKEDIT") {
      view.setBigUint64(at + 24, view.getBigUint64(at + 24, true) - memoryBytes, true);
      view.setBigUint64(at + 40, view.getBigUint64(at + 40, true) - fileBytes, true);
    }
    for (const offset of LINKED_OFFSETS[command] ?? []) {
      const found = view.getUint32(at + offset, true);
      if (found >= start) view.setUint32(at + offset, found - Number(fileBytes), true);
    }
  }
  const commandBytes = view.getUint32(20, true);
  view.setUint32(16, commands.length - 1, true);
  view.setUint32(20, commandBytes - added.size, true);
  const commandsEnd = MACH_HEADER_BYTES + commandBytes;
  bytes.copyWithin(added.at, added.at + added.size, commandsEnd);
  bytes.fill(0, commandsEnd - added.size, commandsEnd);
  bytes.copyWithin(Number(start), Number(start + fileBytes));
  return bytes.subarray(0, bytes.length - Number(fileBytes));
}

/** A PE file without the section of resources that is its last. */
function withoutResources(bytes: Uint8Array<ArrayBuffer>, view: DataView): Uint8Array {
  const header = view.getUint32(0x3c, true), optional = header + 24;
  const sections = view.getUint16(header + 6, true) - 1;
  const last = optional + view.getUint16(header + 20, true) + 40 * sections;
  if (new TextDecoder().decode(bytes.subarray(last, last + 7)) !== ".pedata") {
    throw new TypeError("Cannot find the program's section in the executable");
  }
  const start = view.getUint32(last + 20, true);
  view.setUint16(header + 6, sections, true);
  view.setUint32(optional + 56, view.getUint32(last + 12, true), true); // size of the image
  bytes.fill(0, last, last + 40);
  bytes.fill(0, optional + 128, optional + 136); // where the resources are
  return bytes.subarray(0, start);
}
