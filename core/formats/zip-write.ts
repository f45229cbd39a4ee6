import { deflateRaw } from "./deflate.ts";
import { concatBytes, utf8 } from "./bytes.ts";
import { crc32 } from "./crc32.ts";
import { pathProblem } from "./zip-path.ts";

/** One file to be packed. `store` keeps the bytes uncompressed: for content that is compressed already. `packed`: of the same bytes, from packBytes. */
export type ZipInput = { readonly path: string; readonly bytes: Uint8Array; readonly store?: boolean; readonly packed?: PackedBytes };

/** Content made ready once for packing many times. */
export type PackedBytes = { readonly deflated: Uint8Array; readonly crc: number };

/** Deflates and sums bytes, for a writer that packs the same content again and again. The bytes must not change afterwards. */
export function packBytes(bytes: Uint8Array): PackedBytes {
  return { deflated: deflateRaw(bytes), crc: crc32(bytes) };
}

/** MS-DOS date of 1980-01-01: a packed file says nothing about when it was packed, so the same content gives the same bytes. */
const DOS_DATE = (0 << 9) | (1 << 5) | 1;
const UTF8_FLAG = 0x0800;
/** Marked as made on Unix: some unpackers re-code the names of archives marked as MS-DOS even where UTF-8 is flagged. */
const MADE_BY_UNIX = 0x0314;
/** A regular file, readable by all, writable by its owner. */
const UNIX_FILE = 0o100644 * 0x10000;

/**
 * A ZIP archive (APPNOTE 6.3) of the entries in the order given: fixed time, UTF-8 names, no extra fields.
 * The same entries give the same bytes on every machine. RangeError for an unsafe or repeated path, 65,535 entries or 4 GiB.
 */
export function writeZip(entries: readonly ZipInput[]): Uint8Array {
  const local: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  const seen = new Set<string>();
  let offset = 0;
  for (const { path, bytes, store, packed: ready } of entries) {
    const problem = pathProblem(path);
    if (problem !== undefined || path.endsWith("/")) throw new RangeError(`unsafe path in a package: ${path}`);
    const key = path.normalize("NFC").toLowerCase();
    if (seen.has(key)) throw new RangeError(`path twice in a package: ${path}`);
    seen.add(key);
    const deflated = store === true ? undefined : ready?.deflated ?? deflateRaw(bytes);
    const packed = deflated !== undefined && deflated.length < bytes.length ? deflated : bytes;
    const name = utf8(path);
    const common = fields([
      [20, 2], // version needed
      [UTF8_FLAG, 2],
      [packed === bytes ? 0 : 8, 2],
      [0, 2],
      [DOS_DATE, 2],
      [ready?.crc ?? crc32(bytes), 4],
      [packed.length, 4],
      [bytes.length, 4],
      [name.length, 2],
      [0, 2],
    ]);
    const header = concatBytes(fields([[0x04034b50, 4]]), common, name);
    central.push(
      fields([[0x02014b50, 4], [MADE_BY_UNIX, 2]]),
      common,
      fields([[0, 2], [0, 2], [0, 2], [UNIX_FILE, 4], [offset, 4]]), // comment, disk, attributes, position
      name,
    );
    local.push(header, packed);
    offset += header.length + packed.length;
  }
  const directory = concatBytes(...central);
  if (entries.length >= 0xffff || offset + directory.length >= 0xffffffff) throw new RangeError("package too large");
  const end = fields([
    [0x06054b50, 4],
    [0, 2],
    [0, 2],
    [entries.length, 2],
    [entries.length, 2],
    [directory.length, 4],
    [offset, 4],
    [0, 2],
  ]);
  return concatBytes(...local, directory, end);
}

/** Little-endian numbers, each with its width in bytes. */
function fields(values: readonly (readonly [value: number, width: 2 | 4])[]): Uint8Array {
  const bytes: number[] = [];
  for (const [value, width] of values) {
    for (let i = 0; i < width; i++) bytes.push((value >>> (8 * i)) & 0xff);
  }
  return Uint8Array.from(bytes);
}
