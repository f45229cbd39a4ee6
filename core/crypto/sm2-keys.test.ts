import { describe, expect, it } from "vitest";
import { createKeys } from "./sm2-keys.ts";

const key = (name: number): Uint8Array => Uint8Array.of(4, ...new Uint8Array(62), name >> 8, name & 255);

function keysOf(usesBeforeTable: number, tablesKept: number) {
  const read: number[] = [];
  const built: string[] = [];
  let made = 0;
  const find = createKeys<number, number>({
    read: (bytes) => {
      const name = (bytes[63]! << 8) | bytes[64]!;
      read.push(name);
      return bytes[0] === 4 ? name : undefined;
    },
    table: (point, place) => {
      const table = place ?? made++;
      built.push(`${point} at ${table}`);
      return table;
    },
    usesBeforeTable,
    tablesKept,
  });
  const use = (name: number, times = 1): number | undefined => {
    for (let i = 1; i < times; i++) find(key(name));
    return find(key(name))!.table;
  };
  return { find, use, read, built };
}

describe("public keys that were met", () => {
  it("are read once, and get a table after the uses that pay for it", () => {
    const { use, read, built } = keysOf(3, 2);
    expect([use(1), use(1), use(1), use(1), use(1)]).toEqual([undefined, undefined, undefined, 0, 0]);
    expect([read, built]).toEqual([[1], ["1 at 0"]]);
  });

  it("pass their table on when they were not used for the longest time, and must earn the next one", () => {
    const { use, built } = keysOf(2, 2);
    use(1, 3);
    use(2, 3);
    use(1);
    expect(use(3, 3)).toBe(1);
    expect(built).toEqual(["1 at 0", "2 at 1", "3 at 1"]);
    expect([use(2), use(1)]).toEqual([undefined, 0]);
    expect(use(2, 2)).toBe(1);
  });

  it("never hold more tables than are kept, however many keys come and go", () => {
    const { use, built } = keysOf(2, 3);
    for (let round = 0; round < 4; round++) for (let name = 0; name < 700; name++) use(name, name % 3 === 0 ? 4 : 1);
    expect(new Set(built.map((entry) => entry.split(" at ")[1]))).toEqual(new Set(["0", "1", "2"]));
  });

  it("are forgotten in the order of their last use, but for those that have a table", () => {
    const { use, read } = keysOf(2, 2);
    use(1, 3);
    for (let name = 2; name <= 257; name++) use(name);
    use(2);
    expect(read.filter((name) => name === 2)).toHaveLength(2);
    expect(use(1)).toBe(0);
    expect(read.filter((name) => name === 1)).toHaveLength(1);
    use(257);
    expect(read.filter((name) => name === 257)).toHaveLength(1);
  });

  it("are not kept when they are none", () => {
    const { find, read } = keysOf(2, 2);
    const bad = Uint8Array.of(5, ...key(9).subarray(1));
    expect([find(bad), find(bad), find(new Uint8Array(64)), find(new Uint8Array(1 << 20))]).toEqual([undefined, undefined, undefined, undefined]);
    expect(read).toEqual([9, 9]);
  });
});
