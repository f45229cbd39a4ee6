/** output: pages → SVG and PDF; the process sheet (发文处理单). The only door of this folder. */
export { pageToSvg, type SvgOptions } from './svg.ts'
