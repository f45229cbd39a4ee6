/** The picture of a seal (印章图形): drawn from font outlines, read from PNG or SVG, as PDF operators, pixels or a page of OFD. */
export { checkPicture } from './check.ts'
export { makeSealPicture, type MadePicture, type PictureFormat, type PictureSource } from './make.ts'
export { sealFace, sealImage, type SealAppearance } from './seal-image.ts'
