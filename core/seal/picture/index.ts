/** The picture of a seal (印章图形): the round official seal drawn from font outlines. */
export { sealFace, sealImage, type SealAppearance } from './seal-image.ts'
