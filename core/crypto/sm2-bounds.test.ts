import { afterEach, describe, expect, it, vi } from "vitest";
import { LIMBS } from "./sm2-field.ts";
import { instantiatePoints } from "./sm2-points.ts";

/**
 * A proof, not a sample: the instructions of the module are followed with the range of every number in place of the number, and no
 * range may leave 64 bits, nor 32 where it is stored. What tidy numbers go in and tidy numbers come out of never overflows.
 */
type Range = readonly [low: bigint, high: bigint];
type Module = { readonly index: ReadonlyMap<string, number>; readonly bodies: readonly Uint8Array[] };

const exact = (value: number): Range => [BigInt(value), BigInt(value)];
const LOW = -(2n ** 26n);
const HIGH = 2n ** 29n + 2n ** 26n;
/** sm2-field.ts: the limbs of a tidy number; the highest makes it lie in −2^253 … 2^256 + 2^253. */
const TIDY: readonly Range[] = Array.from({ length: LIMBS }, (_, i) => (i < LIMBS - 1 ? [LOW, HIGH] : [2n - 2n ** 21n, 2n ** 24n + 2n ** 21n - 2n]));
const added = (a: readonly Range[], b: readonly Range[]): Range[] => a.map(([low, high], i) => [low + b[i]![0], high + b[i]![1]]);
const negative = (a: readonly Range[]): Range[] => a.map(([low, high]) => [-high, -low]);
const either = (a: readonly Range[], b: readonly Range[]): Range[] => a.map(([low, high], i) => [low < b[i]![0] ? low : b[i]![0], high > b[i]![1] ? high : b[i]![1]]);
const SUM = added(TIDY, TIDY);
const DIFFERENCE = added(TIDY, negative(TIDY));
const EITHER_SIGN = either(TIDY, negative(TIDY));

const reader = (bytes: Uint8Array) => {
  let at = 0;
  const byte = (): number => bytes[at++]!;
  const leb = (kind: "signed" | "unsigned"): number => {
    let [value, factor, part] = [0, 1, 128];
    for (; part > 127; factor *= 128) value += ((part = byte()) & 127) * factor;
    return kind === "signed" && part & 64 ? value - factor : value;
  };
  return { byte, leb, more: () => at < bytes.length, take: (length: number) => bytes.subarray(at, (at += length)) };
};

/** The module as it would be compiled: functions by name, and their instructions. */
function assembled(): Module {
  let whole = new Uint8Array(0);
  vi.stubGlobal("WebAssembly", { Module: class { constructor(bytes: Uint8Array<ArrayBuffer>) { whole = bytes; } }, Instance: class { constructor() { throw new Error("only read"); } } });
  expect(instantiatePoints(1)).toBeUndefined();
  const sections = new Map<number, Uint8Array>();
  for (const all = reader(whole.subarray(8)); all.more(); ) sections.set(all.byte(), all.take(all.leb("unsigned")));
  const [names, code] = [reader(sections.get(7)!), reader(sections.get(10)!)];
  const index = new Map<string, number>();
  for (let left = names.leb("unsigned"); left > 0; left--) {
    const name = String.fromCharCode(...names.take(names.leb("unsigned")));
    if (names.byte() === 0) index.set(name, names.leb("unsigned"));
    else names.leb("unsigned");
  }
  return { index, bodies: Array.from({ length: code.leb("unsigned") }, () => code.take(code.leb("unsigned"))) };
}

/** Follows a function once, from ranges in memory to ranges in memory; a loop once. */
function follow(module: Module, name: string, memory: Map<number, Range>, ...parameters: readonly number[]): void {
  const inside = (range: Range, bits: bigint): Range => {
    if (range[0] < -(2n ** (bits - 1n)) || range[1] >= 2n ** (bits - 1n)) throw new RangeError(`${name}: ${range.join(" … ")} leaves ${bits} bits`);
    return range;
  };
  const run = (index: number, values: readonly Range[]): void => {
    const code = reader(module.bodies[index]!);
    for (let groups = code.leb("unsigned"); groups > 0; groups--) {
      code.leb("unsigned");
      code.byte();
    }
    const locals = [...values];
    const stack: Range[] = [];
    const pop = (): Range => stack.pop()!;
    const push = (low: bigint, ...others: readonly bigint[]): void => {
      const all = [low, ...others];
      stack.push(inside([all.reduce((a, b) => (a < b ? a : b)), all.reduce((a, b) => (a > b ? a : b))], 64n));
    };
    while (code.more()) {
      const op = code.byte();
      if (op === 0x20) stack.push(locals[code.leb("unsigned")]!);
      else if (op === 0x21) locals[code.leb("unsigned")] = pop();
      else if (op === 0x41 || op === 0x42) stack.push(exact(code.leb("signed")));
      else if (op === 0x03) code.byte();
      else if (op === 0x0d) {
        pop();
        code.byte();
      } else if (op === 0x10) {
        const callee = code.leb("unsigned");
        run(callee, stack.splice(callee === module.index.get("sqrP") ? -2 : -3));
      } else if (op === 0x34 || op === 0x3e) {
        code.byte();
        const offset = code.leb("unsigned");
        const value = op === 0x3e ? inside(pop(), 32n) : undefined;
        const at = Number(pop()[0]) + offset;
        if (value !== undefined) memory.set(at, value);
        else stack.push(memory.get(at)!);
      } else if (op !== 0x0b) {
        const [b, a] = [pop(), pop()];
        if (op === 0x6a || op === 0x7c) push(a[0] + b[0], a[1] + b[1]);
        else if (op === 0x6b || op === 0x7d) push(a[0] - b[1], a[1] - b[0]);
        else if (op === 0x7e) push(a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1]);
        else if (op === 0x83) push(...(a[0] >= 0n && a[1] <= b[0] ? a : [0n, b[0]] as const));
        else if (op === 0x86) push(a[0] << b[0], a[1] << b[0]);
        else if (op === 0x87) push(a[0] >> b[0], a[1] >> b[0]);
        else throw new Error(`${name}: instruction ${op}`);
      }
    }
  };
  run(module.index.get(name)!, parameters.map(exact));
}

afterEach(() => { vi.unstubAllGlobals(); });

describe("the bounds of the SM2 curve in WebAssembly, over all numbers", () => {
  const module = assembled();
  const [P, Q, TO] = [1000, 2000, 3000];
  const memoryOf = (at: Readonly<Record<number, readonly Range[]>>): Map<number, Range> =>
    new Map(Object.entries(at).flatMap(([from, ranges]) => ranges.map((range, i) => [Number(from) + 4 * i, range] as const)));
  const isTidy = (memory: Map<number, Range>, numbers: number): boolean => Array.from({ length: numbers * LIMBS }, (_, i) => {
    const [[low, high], [least, most]] = [memory.get(TO + 4 * i)!, TIDY[i % LIMBS]!];
    return low >= least && high <= most;
  }).every(Boolean);
  const jacobian = [...TIDY, ...TIDY, ...TIDY];

  it("products of a sum and a difference, and squares of differences, are tidy", () => {
    const memory = memoryOf({ [P]: SUM, [Q]: DIFFERENCE });
    follow(module, "mulP", memory, TO, P, Q);
    expect(isTidy(memory, 1)).toBe(true);
    follow(module, "sqrP", memory, TO, Q);
    expect(isTidy(memory, 1)).toBe(true);
    expect(() => { follow(module, "sqrP", memory, TO, P); }).toThrow("leaves 64 bits");
  });

  it("points are tidy after they were doubled, and after points of either sign were added", () => {
    const memory = memoryOf({ [TO]: jacobian, [P]: jacobian, [Q]: [...TIDY, ...EITHER_SIGN, ...TIDY] });
    follow(module, "double", memory, TO, 1);
    expect(isTidy(memory, 3)).toBe(true);
    for (const sum of ["addAffine", "add"]) {
      follow(module, sum, memory, TO, P, Q);
      expect(isTidy(memory, 3)).toBe(true);
      follow(module, sum, memory, TO, TO, Q);
      expect(isTidy(memory, 3)).toBe(true);
    }
    // Onto a point whose own y was negated and not made tidy this does not hold.
    expect(() => { follow(module, "addAffine", memory, TO, Q, P); }).toThrow("leaves 64 bits");
  });
});
