/** OFD (GB/T 33190): written from a layout, read into a model, drawn as SVG. */
export { layoutToOfd, type OfdOptions, type OfdSource } from './write.ts'
