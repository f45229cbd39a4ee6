/** Huffman codes with limited length, as Deflate wants them (哈夫曼编码). RFC 1951 §3.2.2 */

/**
 * Code lengths in bits, at most `limit`, by how often each symbol occurs; 0 for one that does not. A lone symbol gets one bit.
 * Moffat and Katajainen's reckoning in place; what is too long is shortened at the cost of its neighbours.
 */
export function lengthsOf(counts: Uint32Array, limit: number): Uint8Array {
  const lengths = new Uint8Array(counts.length);
  const symbols = new Float64Array(counts.length);
  let n = 0;
  // Count and symbol in one number, so that sorting needs no function and ties have one order.
  for (let symbol = 0; symbol < counts.length; symbol++) if (counts[symbol]! > 0) symbols[n++] = counts[symbol]! * 512 + symbol;
  if (n === 0) return lengths;
  const order = symbols.subarray(0, n).sort();
  if (n === 1) {
    lengths[order[0]! % 512] = 1;
    return lengths;
  }
  const depth = new Float64Array(n);
  for (let i = 0; i < n; i++) depth[i] = Math.floor(order[i]! / 512);
  depth[0]! += depth[1]!;
  let root = 0;
  let leaf = 2;
  for (let next = 1; next < n - 1; next++) {
    if (leaf >= n || depth[root]! < depth[leaf]!) {
      depth[next] = depth[root]!;
      depth[root++] = next;
    } else depth[next] = depth[leaf++]!;
    if (leaf >= n || (root < next && depth[root]! < depth[leaf]!)) {
      depth[next]! += depth[root]!;
      depth[root++] = next;
    } else depth[next]! += depth[leaf++]!;
  }
  depth[n - 2] = 0;
  for (let next = n - 3; next >= 0; next--) depth[next] = depth[depth[next]!]! + 1;
  /** how many codes of each length */
  const perLength = new Uint32Array(64);
  let available = 1;
  let used = 0;
  let level = 0;
  root = n - 2;
  let left = n;
  while (available > 0) {
    while (root >= 0 && depth[root] === level) {
      used++;
      root--;
    }
    perLength[Math.min(level, limit)]! += Math.min(available - used, left);
    left -= available - used;
    available = 2 * used;
    level++;
    used = 0;
  }
  // Codes cut to the limit overfill the tree: move one up from below until it fits again.
  let filled = 0;
  for (let length = 1; length <= limit; length++) filled += perLength[length]! * 2 ** (limit - length);
  for (; filled > 2 ** limit; filled--) {
    perLength[limit]!--;
    for (let length = limit - 1; length > 0; length--) {
      if (perLength[length] === 0) continue;
      perLength[length]!--;
      perLength[length + 1]! += 2;
      break;
    }
  }
  // The rarest come first in `order`, and get the longest.
  let at = 0;
  for (let length = limit; length > 0; length--) for (let i = perLength[length]!; i > 0; i--) lengths[order[at++]! % 512] = length;
  return lengths;
}

/** The codes that belong to the lengths, bits reversed: Deflate writes the lowest bit first. */
export function codesOf(lengths: Uint8Array): Uint16Array {
  const perLength = new Uint16Array(16);
  for (const length of lengths) perLength[length]!++;
  perLength[0] = 0;
  const next = new Uint16Array(16);
  for (let length = 1, code = 0; length < 16; length++) next[length] = code = (code + perLength[length - 1]!) << 1;
  const codes = new Uint16Array(lengths.length);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol]!;
    if (length === 0) continue;
    let code = next[length]!++;
    let reversed = 0;
    for (let bit = 0; bit < length; bit++) {
      reversed = (reversed << 1) | (code & 1);
      code >>= 1;
    }
    codes[symbol] = reversed;
  }
  return codes;
}
