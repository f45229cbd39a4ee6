/**
 * Deflate writer (压缩). RFC 1951, RFC 1950. Made for what the product writes over and over: page contents and font subsets of
 * some ten to some hundred kilobytes, where a general library spends most of the time of a PDF or OFD (ADR 0009). The same
 * input gives the same bytes. Reading is the library's.
 */
import { concatBytes } from "./bytes.ts";
import { codesOf, lengthsOf } from "./huffman.ts";

const WINDOW = 32_768;
const LONGEST = 258;
const SHORTEST = 4;
const HASH_BITS = 15;
/** Symbols of one block; a block has codes of its own. */
const BLOCK = 32_768;
const END = 256;

/** Length code, base and extra bits by match length. RFC 1951 §3.2.5 */
const lengthCode = new Uint16Array(LONGEST + 1);
const lengthBase = new Uint16Array(29);
const lengthExtra = new Uint8Array(29);
/** Distance code of distances to 256, and of (distance − 1) >> 7 beyond. */
const distanceCode = new Uint8Array(512);
const distanceBase = new Uint16Array(30);
const distanceExtra = new Uint8Array(30);

for (let code = 0, base = 3; code < 29; code++) {
  const extra = code < 8 || code === 28 ? 0 : (code >> 2) - 1;
  lengthBase[code] = code === 28 ? LONGEST : base;
  lengthExtra[code] = extra;
  for (let i = 0; i < 1 << extra && lengthBase[code]! + i <= LONGEST; i++) lengthCode[lengthBase[code]! + i] = code;
  base += 1 << extra;
}
for (let code = 0, base = 1; code < 30; code++) {
  const extra = code < 4 ? 0 : (code >> 1) - 1;
  distanceBase[code] = base;
  distanceExtra[code] = extra;
  for (let distance = base; distance < base + (1 << extra); distance++) distanceCode[slotOf(distance)] = code;
  base += 1 << extra;
}

function slotOf(distance: number): number {
  return distance <= 256 ? distance - 1 : 256 + ((distance - 1) >> 7);
}

/** Two latest places by hash of four bytes. Kept between calls: `origin` moves on, so that places of earlier inputs are out of reach. */
const places = new Int32Array(2 << HASH_BITS);
let origin = 1;
/** Literal, or length << 16 | distance. */
const tokens = new Uint32Array(BLOCK + 1);
const literalCounts = new Uint32Array(286);
const distanceCounts = new Uint32Array(30);

/** Raw deflate data of the bytes. */
export function deflateRaw(bytes: Uint8Array): Uint8Array {
  // Longest where nothing can be gained: stored blocks.
  const out = createBits(bytes.length + 5 * (Math.ceil(bytes.length / 65_535) + Math.ceil(bytes.length / BLOCK)) + 512);
  if (origin > 0x3fff_0000) {
    places.fill(0);
    origin = 1;
  }
  const base = origin;
  const end = bytes.length;
  let at = 0;
  do {
    const from = at;
    let count = 0;
    literalCounts.fill(0);
    distanceCounts.fill(0);
    while (at < end && count < BLOCK) {
      let length = 0;
      let distance = 0;
      if (at + SHORTEST <= end) {
        const four = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
        const slot = (Math.imul(four, 0x9e37_79b1) >>> (32 - HASH_BITS)) << 1;
        const first = places[slot]! - base;
        const second = places[slot + 1]! - base;
        places[slot + 1] = places[slot]!;
        places[slot] = at + base;
        const least = at > WINDOW ? at - WINDOW : 0;
        const most = end - at < LONGEST ? end - at : LONGEST;
        if (first >= least) {
          const found = sameBytes(bytes, first, at, most);
          if (found >= SHORTEST) {
            length = found;
            distance = at - first;
          }
          if (second >= least && length < most && bytes[second + length] === bytes[at + length]) {
            const other = sameBytes(bytes, second, at, most);
            if (other > length && other >= SHORTEST) {
              length = other;
              distance = at - second;
            }
          }
        }
      }
      if (length === 0) {
        const byte = bytes[at++]!;
        literalCounts[byte]!++;
        tokens[count++] = byte;
        continue;
      }
      literalCounts[257 + lengthCode[length]!]!++;
      distanceCounts[distanceCode[slotOf(distance)]!]!++;
      tokens[count++] = (length << 16) | distance;
      const next = at + length;
      const known = next - 1 < end - SHORTEST ? next - 1 : end - SHORTEST;
      // Every second place is enough to find the like again.
      for (let place = at + 1; place <= known; place += 2) {
        const four = bytes[place]! | (bytes[place + 1]! << 8) | (bytes[place + 2]! << 16) | (bytes[place + 3]! << 24);
        const slot = (Math.imul(four, 0x9e37_79b1) >>> (32 - HASH_BITS)) << 1;
        places[slot + 1] = places[slot]!;
        places[slot] = place + base;
      }
      at = next;
    }
    writeBlock(out, bytes.subarray(from, at), count, at === end);
  } while (at < end);
  origin = base + end + WINDOW + 1;
  return out.bytes();
}

/** The bytes as a zlib stream. RFC 1950 */
export function deflateZlib(bytes: Uint8Array): Uint8Array {
  let low = 1;
  let high = 0;
  for (let at = 0; at < bytes.length; ) {
    // Sums stay below 2^32 for this many bytes.
    const stop = Math.min(at + 3800, bytes.length);
    for (; at < stop; at++) high += low += bytes[at]!;
    low %= 65_521;
    high %= 65_521;
  }
  return concatBytes(Uint8Array.of(0x78, 0x5e), deflateRaw(bytes), Uint8Array.of(high >> 8, high & 255, low >> 8, low & 255));
}

function sameBytes(bytes: Uint8Array, before: number, at: number, most: number): number {
  let length = 0;
  while (length < most && bytes[before + length] === bytes[at + length]) length++;
  return length;
}

const fixedLiteral = Uint8Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8));
const fixedDistance = new Uint8Array(30).fill(5);
const orderOfLengths = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** The tokens as a block in whichever of the three forms is shortest. §3.2.3 */
function writeBlock(out: Bits, raw: Uint8Array, count: number, isLast: boolean): void {
  literalCounts[END] = 1;
  const literal = lengthsOf(literalCounts, 15);
  const distance = lengthsOf(distanceCounts, 15);
  const head = dynamicHead(literal, distance);
  const dynamic = head.bits + cost(literal, distance);
  const fixed = cost(fixedLiteral, fixedDistance);
  const stored = 8 * raw.length + 40 * Math.max(1, Math.ceil(raw.length / 65_535));
  if (stored <= dynamic && stored <= fixed) return writeStored(out, raw, isLast);
  out.put(isLast ? 1 : 0, 1);
  if (fixed <= dynamic) {
    out.put(1, 2);
    writeTokens(out, count, fixedLiteral, fixedDistance);
  } else {
    out.put(2, 2);
    head.write(out);
    writeTokens(out, count, literal, distance);
  }
}

function cost(literal: Uint8Array, distance: Uint8Array): number {
  let bits = 0;
  for (let symbol = 0; symbol < 286; symbol++) bits += literalCounts[symbol]! * (literal[symbol]! + (symbol > END ? lengthExtra[symbol - 257]! : 0));
  for (let symbol = 0; symbol < 30; symbol++) bits += distanceCounts[symbol]! * (distance[symbol]! + distanceExtra[symbol]!);
  return bits;
}

function writeStored(out: Bits, raw: Uint8Array, isLast: boolean): void {
  let at = 0;
  do {
    const part = raw.subarray(at, at + 65_535);
    at += part.length;
    out.put(isLast && at === raw.length ? 1 : 0, 3);
    out.copy(part);
  } while (at < raw.length);
}

function writeTokens(out: Bits, count: number, literal: Uint8Array, distance: Uint8Array): void {
  const literalCodes = codesOf(literal);
  const distanceCodes = codesOf(distance);
  for (let i = 0; i < count; i++) {
    const token = tokens[i]!;
    const length = token >>> 16;
    if (length === 0) {
      out.put(literalCodes[token]!, literal[token]!);
      continue;
    }
    const code = lengthCode[length]!;
    out.put(literalCodes[257 + code]!, literal[257 + code]!);
    if (lengthExtra[code] !== 0) out.put(length - lengthBase[code]!, lengthExtra[code]!);
    const far = token & 0xffff;
    const distant = distanceCode[slotOf(far)]!;
    out.put(distanceCodes[distant]!, distance[distant]!);
    if (distanceExtra[distant] !== 0) out.put(far - distanceBase[distant]!, distanceExtra[distant]!);
  }
  out.put(literalCodes[END]!, literal[END]!);
}

/** The code lengths, run-length coded. §3.2.7 */
function dynamicHead(literal: Uint8Array, distance: Uint8Array): { readonly bits: number; readonly write: (out: Bits) => void } {
  let literals = 286;
  while (literals > 257 && literal[literals - 1] === 0) literals--;
  let distances = 30;
  while (distances > 1 && distance[distances - 1] === 0) distances--;
  const all = [...literal.subarray(0, literals), ...distance.subarray(0, distances)];
  /** symbol, extra value, extra bits */
  const runs: [number, number, number][] = [];
  for (let at = 0; at < all.length; ) {
    const value = all[at]!;
    let run = 1;
    while (at + run < all.length && all[at + run] === value) run++;
    at += run;
    if (value === 0) {
      for (; run >= 11; run -= Math.min(run, 138)) runs.push([18, Math.min(run, 138) - 11, 7]);
      if (run >= 3) {
        runs.push([17, run - 3, 3]);
        run = 0;
      }
    } else {
      runs.push([value, 0, 0]);
      run--;
      for (; run >= 3; run -= Math.min(run, 6)) runs.push([16, Math.min(run, 6) - 3, 2]);
    }
    for (; run > 0; run--) runs.push([value, 0, 0]);
  }
  const counts = new Uint32Array(19);
  for (const [symbol] of runs) counts[symbol]!++;
  const lengths = lengthsOf(counts, 7);
  let shown = 19;
  while (shown > 4 && lengths[orderOfLengths[shown - 1]!] === 0) shown--;
  const bits = 17 + 3 * shown + runs.reduce((sum, [symbol, , extra]) => sum + lengths[symbol]! + extra, 0);
  return {
    bits,
    write: (out) => {
      const codes = codesOf(lengths);
      out.put(literals - 257, 5);
      out.put(distances - 1, 5);
      out.put(shown - 4, 4);
      for (let i = 0; i < shown; i++) out.put(lengths[orderOfLengths[i]!]!, 3);
      for (const [symbol, extra, width] of runs) {
        out.put(codes[symbol]!, lengths[symbol]!);
        if (width > 0) out.put(extra, width);
      }
    },
  };
}

type Bits = ReturnType<typeof createBits>;

/** Bits from the lowest of each byte up. §3.1.1 */
function createBits(capacity: number) {
  const data = new Uint8Array(capacity);
  let at = 0;
  let held = 0;
  let width = 0;
  return {
    /** at most 16 bits */
    put(value: number, bits: number): void {
      held |= value << width;
      width += bits;
      if (width >= 16) {
        data[at++] = held & 255;
        data[at++] = (held >>> 8) & 255;
        // The bits that were shifted out above come back here.
        held = width === 16 ? 0 : value >>> (bits - (width - 16));
        width -= 16;
      }
    },
    /** A stored part, from the next whole byte on. §3.2.4 */
    copy(part: Uint8Array): void {
      while (width > 0) {
        data[at++] = held & 255;
        held >>>= 8;
        width = Math.max(0, width - 8);
      }
      held = 0;
      data.set([part.length & 255, part.length >> 8, ~part.length & 255, (~part.length >> 8) & 255], at);
      data.set(part, at + 4);
      at += 4 + part.length;
    },
    bytes(): Uint8Array {
      while (width > 0) {
        data[at++] = held & 255;
        held >>>= 8;
        width = Math.max(0, width - 8);
      }
      return data.slice(0, at);
    },
  };
}
