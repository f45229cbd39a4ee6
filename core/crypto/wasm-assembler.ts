/**
 * A small assembler for WebAssembly (binary format 1): functions without results over one memory, as much as the arithmetic of
 * this folder needs. Its modules are made when they are first used, so what runs is what is read here, and no bytes are checked in.
 */

/** Instructions in the order in which the machine takes them: a tree of bytes, which is laid out once, at the end. */
export type Code = readonly (number | Code)[];

/** All parameters are i32; `i32` and `i64` count the locals that follow them. Every function is exported by its name. */
export type WasmFunction = { readonly name: string; readonly params: number; readonly i32: number; readonly i64: number; readonly body: Code };

/** Fixed memory of the instance, and its functions by name. */
export type WasmInstance = { readonly memory: ArrayBuffer; readonly functions: Readonly<Record<string, (...values: number[]) => void>> };

/** What is used of the engine's own object. Core has no types of the DOM, where this one is declared. */
type Engine = {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> };
};

/** Unsigned LEB128. */
export function unsigned(value: number): number[] {
  const out = [];
  for (; value > 127; value = Math.floor(value / 128)) out.push((value % 128) | 128);
  return [...out, value];
}

function signed(value: number): number[] {
  const out = [];
  for (; value < -64 || value > 63; value = Math.floor(value / 128)) out.push((((value % 128) + 128) % 128) | 128);
  return [...out, value & 127];
}

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [value, 0x21, ...unsigned(local)];
export const i32 = (value: number): Code => [0x41, ...signed(value)];
export const i64 = (value: number): Code => [0x42, ...signed(value)];
const binary = (opcode: number) => (a: Code, b: Code): Code => [a, b, opcode];

export const I32 = {
  load: (address: Code, offset: number): Code => [address, 0x28, 2, ...unsigned(offset)],
  store: (address: Code, offset: number, value: Code): Code => [address, value, 0x36, 2, ...unsigned(offset)],
  equal: binary(0x46), add: binary(0x6a), sub: binary(0x6b), and: binary(0x71), or: binary(0x72), xor: binary(0x73),
  left: (a: Code, by: number): Code => [a, i32(by), 0x74],
  right: (a: Code, by: number): Code => [a, i32(by), 0x76],
  rotated: (a: Code, by: number): Code => [a, i32(by), 0x77],
};

export const I64 = {
  /** Eight bytes, or four with their sign. The address need not be aligned to more than four. */
  load: (address: Code, offset: number): Code => [address, 0x29, 2, ...unsigned(offset)],
  store: (address: Code, offset: number, value: Code): Code => [address, value, 0x37, 2, ...unsigned(offset)],
  load32: (address: Code, offset: number): Code => [address, 0x34, 2, ...unsigned(offset)],
  store32: (address: Code, offset: number, value: Code): Code => [address, value, 0x3e, 2, ...unsigned(offset)],
  ofI32: (a: Code): Code => [a, 0xac],
  add: binary(0x7c), sub: binary(0x7d), mul: binary(0x7e), and: binary(0x83), or: binary(0x84), xor: binary(0x85),
  left: (a: Code, by: number): Code => [a, i64(by), 0x86],
  /** Arithmetic: the sign stays. */
  right: (a: Code, by: number): Code => [a, i64(by), 0x87],
};

/** Runs `body` again as long as the i32 `again` is not zero. */
export const loop = (body: Code, again: Code): Code => [0x03, 0x40, body, again, 0x0d, 0, 0x0b];
/** Calls a function by its index in the module. */
export const call = (index: number, ...values: readonly Code[]): Code => [values, 0x10, ...unsigned(index)];

function flat(code: Code, out: number[] = []): number[] {
  for (const part of code) {
    if (typeof part === "number") out.push(part);
    else flat(part, out);
  }
  return out;
}

const vector = (items: readonly Code[]): Code => [...unsigned(items.length), items];
const sized = (content: Code): Code => {
  const bytes = flat(content);
  return [...unsigned(bytes.length), bytes];
};
const section = (id: number, items: readonly Code[]): Code => [id, sized(vector(items))];
const text = (name: string): Code => sized([...name].map((letter) => letter.charCodeAt(0)));

/** The bytes of a module with `pages` of 64 KiB. */
export function assemble(functions: readonly WasmFunction[], pages: number): Uint8Array {
  const most = Math.max(...functions.map(({ params }) => params));
  return Uint8Array.from(flat([
    [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, Array.from({ length: most + 1 }, (_, params) => [0x60, vector(Array.from({ length: params }, () => [0x7f])), 0])),
    section(3, functions.map(({ params }) => [params])),
    section(5, [[1, ...unsigned(pages), ...unsigned(pages)]]),
    section(7, [[text("memory"), 2, 0], ...functions.map(({ name }, index) => [text(name), 0, ...unsigned(index)])]),
    section(10, functions.map(({ i32: words, i64: longs, body }) => sized([vector([[...unsigned(words), 0x7f], [...unsigned(longs), 0x7e]]), body, 0x0b]))),
  ]));
}

/**
 * Runs the module; undefined where the machine has no WebAssembly, or its policy or its limits refuse the module: the
 * caller has another way then.
 */
export function instantiate(functions: readonly WasmFunction[], pages: number): WasmInstance | undefined {
  const engine = (globalThis as unknown as { readonly WebAssembly?: Engine }).WebAssembly;
  if (engine === undefined) return undefined;
  try {
    const { memory, ...exports } = new engine.Instance(new engine.Module(assemble(functions, pages))).exports;
    return { memory: (memory as { readonly buffer: ArrayBuffer }).buffer, functions: exports as WasmInstance["functions"] };
  } catch {
    return undefined;
  }
}
