/** The seeded-error corpus: which plant goes into which bases, drawn with a printed seed. */
import { bases, type Base } from './bases.ts'
import { plants, type Plant } from './plants.ts'

export type Seeded = { readonly plant: Plant; readonly base: Base; readonly source: string }

/** mulberry32: small, even enough, the same everywhere. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Every plant in up to `times` of the bases where it fits. */
export function corpusOf(seed: number, times: number): readonly Seeded[] {
  const random = randomOf(seed)
  return plants.flatMap((plant) => {
    const fitting = bases.flatMap((base): Seeded[] => {
      const source = plant.into(base.source)
      return source === null ? [] : [{ plant, base, source }]
    })
    const drawn: Seeded[] = []
    while (drawn.length < times && fitting.length > 0) drawn.push(...fitting.splice(Math.floor(random() * fitting.length), 1))
    return drawn
  })
}
