import { inflateSync } from "fflate";
import { fromUtf8 } from "./bytes.ts";
import { crc32 } from "./crc32.ts";
import { formatErr, ok, type FormatError, type Result } from "./result.ts";
import { pathProblem } from "./zip-path.ts";

/** One file of a package, unpacked. */
export type ZipEntry = { readonly path: string; readonly bytes: Uint8Array };

/** Limits of reading: sizes in bytes after unpacking; `maxRatio` unpacked : packed, judged above 1 MiB only. */
export type ZipLimits = {
  readonly maxEntries: number;
  readonly maxEntryBytes: number;
  readonly maxTotalBytes: number;
  readonly maxRatio: number;
};

export const ZIP_LIMITS: ZipLimits = {
  maxEntries: 20_000,
  maxEntryBytes: 512 * 1024 * 1024,
  maxTotalBytes: 1024 * 1024 * 1024,
  maxRatio: 200,
};

/**
 * lenient: also what other readers open, each coming to the same files: names with backslashes as Windows programs wrote them, checksums that do
 * not fit, bytes before the archive that its offsets do not count.
 */
export type ZipManner = "strict" | "lenient";

type Listing = {
  readonly path: string;
  readonly method: number;
  readonly flags: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly header: number;
};

/**
 * The files of a ZIP archive, in the order of its central directory (folder entries are checked and left out).
 * Refused, each with its own code: truncated or several-part archives, ZIP64, encryption, other methods than store and
 * deflate, unsafe, repeated or case-colliding names, symbolic links, entries that share bytes, bombs, wrong sizes or CRC.
 */
export function readZip(given: Uint8Array, limits: ZipLimits = ZIP_LIMITS, manner: ZipManner = "strict"): Result<readonly ZipEntry[], FormatError> {
  const bytes = manner === "lenient" ? given.subarray(leadingBytes(given)) : given;
  const listings = readDirectory(bytes, limits, manner);
  if (!listings.ok) return listings;
  const spans: (readonly [start: number, end: number])[] = [];
  const entries: ZipEntry[] = [];
  for (const listing of listings.value) {
    const start = dataStart(bytes, listing, manner);
    if (!start.ok) return start;
    spans.push([listing.header, start.value + listing.packed]);
  }
  const shared = findOverlap(spans);
  if (shared !== undefined) return formatErr("zip.overlap", "压缩包内文件区域相互重叠", shared);
  for (const listing of listings.value) {
    const start = dataStart(bytes, listing, manner);
    if (!start.ok) return start;
    const content = unpack(bytes.subarray(start.value, start.value + listing.packed), listing, manner);
    if (!content.ok) return content;
    if (!listing.path.endsWith("/")) entries.push({ path: listing.path, bytes: content.value });
  }
  return ok(entries);
}

const truncated = (at: number) => formatErr("zip.truncated", "压缩包不完整", at);

function u16(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}

function u32(bytes: Uint8Array, at: number): number {
  return (u16(bytes, at) | (u16(bytes, at + 2) << 16)) >>> 0;
}

/** The end record whose comment runs to the very end of the file; anything else could be a second directory hidden in a comment. */
function findEnd(bytes: Uint8Array): number | undefined {
  const lowest = Math.max(0, bytes.length - 22 - 0xffff);
  for (let at = bytes.length - 22; at >= lowest; at--) {
    if (u32(bytes, at) === 0x06054b50 && at + 22 + u16(bytes, at + 20) === bytes.length) return at;
  }
  return undefined;
}

/** How many bytes stand before an archive whose offsets do not count them; none where these could be an archive themselves. */
function leadingBytes(bytes: Uint8Array): number {
  const end = findEnd(bytes);
  const leading = end === undefined ? 0 : end - u32(bytes, end + 12) - u32(bytes, end + 16);
  if (leading <= 0) return 0;
  for (let at = bytes.indexOf(0x50); at >= 0 && at < leading; at = bytes.indexOf(0x50, at + 1)) if (bytes[at + 1] === 0x4b) return 0;
  return leading;
}

function readDirectory(bytes: Uint8Array, limits: ZipLimits, manner: ZipManner): Result<readonly Listing[], FormatError> {
  const end = findEnd(bytes);
  if (end === undefined) return formatErr("zip.no-directory", "不是压缩包，或压缩包不完整");
  const count = u16(bytes, end + 10);
  const size = u32(bytes, end + 12);
  const start = u32(bytes, end + 16);
  if (u16(bytes, end + 4) !== 0 || u16(bytes, end + 6) !== 0 || u16(bytes, end + 8) !== count) {
    return formatErr("zip.split", "不支持分卷压缩包", end);
  }
  if (count === 0xffff || size === 0xffffffff || start === 0xffffffff) {
    return formatErr("zip.zip64", "不支持 ZIP64 压缩包", end);
  }
  if (count > limits.maxEntries) return formatErr("zip.too-many", `压缩包内文件超过 ${limits.maxEntries} 个`);
  if (start + size !== end) return formatErr("zip.directory", "压缩包目录位置不符", end);
  const listings: Listing[] = [];
  const names = new Set<string>();
  let total = 0;
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || u32(bytes, at) !== 0x02014b50) return truncated(at);
    const nameEnd = at + 46 + u16(bytes, at + 28);
    const next = nameEnd + u16(bytes, at + 30) + u16(bytes, at + 32);
    if (next > end) return truncated(at);
    const listing = readListing(bytes, at, nameEnd, limits, manner);
    if (!listing.ok) return listing;
    // Two names that one file system takes for the same file would let readers see different contents.
    const key = listing.value.path.replace(/\/$/, "").normalize("NFC").toLowerCase();
    if (names.has(key)) return formatErr("zip.duplicate", `压缩包内名称重复：${listing.value.path}`, at);
    names.add(key);
    total += listing.value.size;
    if (total > limits.maxTotalBytes) return formatErr("zip.bomb", "压缩包展开后过大", at);
    listings.push(listing.value);
    at = next;
  }
  return at === end ? ok(listings) : formatErr("zip.directory", "压缩包目录条数不符", at);
}

function readListing(bytes: Uint8Array, at: number, nameEnd: number, limits: ZipLimits, manner: ZipManner): Result<Listing, FormatError> {
  const flags = u16(bytes, at + 8);
  const path = readName(bytes.subarray(at + 46, nameEnd), flags);
  if (!path.ok) return path;
  const listing: Listing = {
    path: slashed(path.value, manner),
    flags,
    method: u16(bytes, at + 10),
    crc: u32(bytes, at + 16),
    packed: u32(bytes, at + 20),
    size: u32(bytes, at + 24),
    header: u32(bytes, at + 42),
  };
  const problem = pathProblem(listing.path);
  if (problem !== undefined) return formatErr("zip.path", `压缩包内${problem}：${JSON.stringify(listing.path)}`, at);
  if (flags & 0x2041) return formatErr("zip.encrypted", `压缩包内文件已加密：${listing.path}`, at);
  if (listing.method !== 0 && listing.method !== 8) {
    return formatErr("zip.method", `不支持的压缩方法 ${listing.method}：${listing.path}`, at);
  }
  const unixType = bytes[at + 5] === 3 ? (u16(bytes, at + 40) & 0xf000) >>> 0 : 0;
  if (unixType === 0xa000) return formatErr("zip.link", `压缩包内含符号链接：${listing.path}`, at);
  if (listing.packed === 0xffffffff || listing.size === 0xffffffff || listing.header === 0xffffffff) {
    return formatErr("zip.zip64", "不支持 ZIP64 压缩包", at);
  }
  if (
    listing.size > limits.maxEntryBytes ||
    (listing.size > 1024 * 1024 && listing.size > listing.packed * limits.maxRatio)
  ) {
    return formatErr("zip.bomb", `压缩包内文件展开后过大：${listing.path}`, at);
  }
  if (listing.path.endsWith("/") && listing.size !== 0) return formatErr("zip.path", `文件夹条目带有内容：${listing.path}`, at);
  return ok(listing);
}

/** Names are UTF-8 when flagged; unflagged ones are UTF-8 too where they can be, otherwise GBK as older Chinese tools wrote them. */
function readName(name: Uint8Array, flags: number): Result<string, FormatError> {
  const text = fromUtf8(name);
  if (text.ok || flags & 0x0800) return text;
  try {
    return ok(new TextDecoder("gbk", { fatal: true }).decode(name));
  } catch {
    return formatErr("zip.path", "压缩包内名称编码无法识别");
  }
}

function slashed(path: string, manner: ZipManner): string {
  return manner === "lenient" ? path.replaceAll("\\", "/") : path;
}

/** Where an entry's data begins; its local header must name the same method and name length, or readers would disagree. */
function dataStart(bytes: Uint8Array, listing: Listing, manner: ZipManner): Result<number, FormatError> {
  const at = listing.header;
  if (at + 30 > bytes.length || u32(bytes, at) !== 0x04034b50) return truncated(at);
  const start = at + 30 + u16(bytes, at + 26) + u16(bytes, at + 28);
  if (start + listing.packed > bytes.length) return truncated(at);
  if (u16(bytes, at + 8) !== listing.method) return formatErr("zip.header", `文件头与目录不符：${listing.path}`, at);
  const name = readName(bytes.subarray(at + 30, at + 30 + u16(bytes, at + 26)), u16(bytes, at + 6));
  if (!name.ok || slashed(name.value, manner) !== listing.path) return formatErr("zip.header", `文件头与目录不符：${listing.path}`, at);
  return ok(start);
}

function findOverlap(spans: readonly (readonly [number, number])[]): number | undefined {
  const sorted = [...spans].sort((a, b) => a[0] - b[0]);
  for (let i = 1; i < sorted.length; i++) if (sorted[i]![0] < sorted[i - 1]![1]) return sorted[i]![0];
  return undefined;
}

function unpack(packed: Uint8Array, listing: Listing, manner: ZipManner): Result<Uint8Array, FormatError> {
  const damaged = () => formatErr("zip.damaged", `压缩包内文件已损坏：${listing.path}`, listing.header);
  let content: Uint8Array;
  if (listing.method === 0) content = packed;
  else {
    try {
      // One byte more than declared: a stream that goes on past its declared size shows itself instead of being cut.
      content = inflateSync(packed, { out: new Uint8Array(listing.size + 1) });
    } catch {
      return damaged();
    }
  }
  if (content.length !== listing.size || (manner === "strict" && crc32(content) !== listing.crc)) return damaged();
  return ok(content);
}
