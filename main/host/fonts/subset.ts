/** HarfBuzz's subsetter with faces kept loaded: what PDF and OFD embed. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { FontSubsetter } from '#core/output'
import type { FontKey } from '#core/typeset'
import { bytesOf, type FontFile, type UnreadFont } from './font-file.ts'

/** Node has it; its types come with the DOM only, which the host must not see. */
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>
  instantiate(module: object): Promise<{ readonly exports: Readonly<Record<string, unknown>> }>
}

/** The part of harfbuzz-subset.wasm that is used. Pointers are numbers. */
type HarfBuzz = {
  readonly memory: { readonly buffer: ArrayBuffer }
  _initialize(): void
  malloc(size: number): number
  free(pointer: number): void
  hb_blob_create(data: number, length: number, mode: number, userData: number, destroy: number): number
  hb_blob_destroy(blob: number): void
  hb_blob_get_data(blob: number, length: number): number
  hb_blob_get_length(blob: number): number
  hb_face_create(blob: number, index: number): number
  hb_face_destroy(face: number): void
  hb_face_reference_blob(face: number): number
  hb_set_add(set: number, value: number): void
  hb_set_clear(set: number): void
  hb_subset_input_create_or_fail(): number
  hb_subset_input_destroy(input: number): void
  hb_subset_input_unicode_set(input: number): number
  hb_subset_input_glyph_set(input: number): number
  hb_subset_input_set(input: number, which: number): number
  hb_subset_input_set_flags(input: number, flags: number): void
  hb_subset_or_fail(face: number, input: number): number
}

const memoryModeWritable = 2
const dropTableSet = 3
const noHinting = 0x1
const retainIds = 0x2
const noLayoutClosure = 0x200
/** Pages are already laid out, so nothing of the font's own layout is needed. */
const droppedTables = ['GSUB', 'GPOS', 'GDEF', 'BASE', 'VORG', 'vhea', 'vmtx', 'STAT', 'DSIG', 'MATH', 'JSTF']

let compiled: Promise<object> | undefined

async function compile(): Promise<object> {
  // subset-font brings harfbuzzjs; resolved from there because it is not a dependency of our own.
  const fromSubsetFont = createRequire(createRequire(import.meta.url).resolve('subset-font'))
  return WebAssembly.compile(await readFile(fromSubsetFont.resolve('harfbuzzjs/dist/harfbuzz-subset.wasm')))
}

/** A face in a HarfBuzz of its own: its memory is limited, and two whole Han fonts and their work do not fit into one. */
type LoadedFace = { readonly hb: HarfBuzz; readonly face: number }

/** Shared by all subsetters: a font file is loaded once. */
const faces = new Map<string, Promise<LoadedFace>>()

function faceOf(file: FontFile | UnreadFont): Promise<LoadedFace> {
  const key = `${file.path}#${file.index}#${'read' in file ? file.size : file.bytes.length}`
  let face = faces.get(key)
  if (face === undefined) {
    face = loadFace(file)
    faces.set(key, face)
    face.catch(() => faces.delete(key))
  }
  return face
}

async function loadFace(file: FontFile | UnreadFont): Promise<LoadedFace> {
  const bytes = await bytesOf(file)
  compiled ??= compile()
  const hb = (await WebAssembly.instantiate(await compiled)).exports as unknown as HarfBuzz
  hb._initialize()
  const data = hb.malloc(bytes.length)
  if (data === 0) throw new Error('HarfBuzz: out of memory')
  new Uint8Array(hb.memory.buffer).set(bytes, data)
  const blob = hb.hb_blob_create(data, bytes.length, memoryModeWritable, 0, 0)
  const face = hb.hb_face_create(blob, 0)
  hb.hb_blob_destroy(blob)
  return { hb, face }
}

const tag = (name: string): number => [...name].reduce((value, char) => value * 256 + char.charCodeAt(0), 0)

/** How many finished subsets are kept: a preview and its PDF ask for the same ones again. */
const keptSubsets = 24

/**
 * A subsetter for the given files. Faces are loaded on first use and stay in memory (about 15 MB each, shared between
 * roles of one file). Rejects with an Error when HarfBuzz refuses a font.
 */
export function createSubsetter(files: Readonly<Partial<Record<FontKey, FontFile | UnreadFont>>>): FontSubsetter {
  const kept = new Map<string, Uint8Array>()
  return {
    async subset(key, codePoints, more) {
      const file = files[key]
      if (file === undefined) throw new Error(`no font file for ${key}`)
      const wanted = [...new Set(codePoints)].sort((a, b) => a - b)
      const glyphs = more === undefined || more === 'rules' ? [] : [...new Set(more.glyphs)].sort((a, b) => a - b)
      const name = `${file.path}#${file.index}:${wanted.join()}${more === undefined ? '' : more === 'rules' ? more : `;${glyphs.join()}`}`
      let bytes = kept.get(name)
      if (bytes === undefined) {
        const { hb, face } = await faceOf(file)
        bytes = subset(hb, face, wanted, glyphs, more === 'rules')
        if (kept.size >= keptSubsets) kept.delete(kept.keys().next().value!)
      } else kept.delete(name)
      kept.set(name, bytes)
      return { bytes, family: file.family }
    },
  }
}

function subset(hb: HarfBuzz, face: number, codePoints: readonly number[], glyphs: readonly number[], keepsRules: boolean): Uint8Array {
  const input = hb.hb_subset_input_create_or_fail()
  if (input === 0) throw new Error('HarfBuzz: out of memory')
  try {
    const unicodes = hb.hb_subset_input_unicode_set(input)
    for (const codePoint of codePoints) hb.hb_set_add(unicodes, codePoint)
    const ids = hb.hb_subset_input_glyph_set(input)
    for (const glyph of glyphs) hb.hb_set_add(ids, glyph)
    if (!keepsRules) {
      const dropped = hb.hb_subset_input_set(input, dropTableSet)
      for (const name of droppedTables) hb.hb_set_add(dropped, tag(name))
    }
    hb.hb_subset_input_set_flags(input, noHinting | (keepsRules ? 0 : noLayoutClosure) | (glyphs.length > 0 ? retainIds : 0))
    const result = hb.hb_subset_or_fail(face, input)
    if (result === 0) throw new Error('HarfBuzz: font cannot be subset')
    const blob = hb.hb_face_reference_blob(result)
    const start = hb.hb_blob_get_data(blob, 0)
    const bytes = new Uint8Array(hb.memory.buffer).slice(start, start + hb.hb_blob_get_length(blob))
    hb.hb_blob_destroy(blob)
    hb.hb_face_destroy(result)
    if (bytes.length === 0) throw new Error('HarfBuzz: empty subset')
    return bytes
  } finally {
    hb.hb_subset_input_destroy(input)
  }
}
