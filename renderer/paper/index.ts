/** paper: documents as pages, as text, as differences, as final files (版面). The only door of this folder. */
export { useContent } from './content.ts'
export { Blocks } from './DocumentText.tsx'
export { shownOf, useLayout, usePreview, type Preview, type Shown } from './layouts.ts'
export { PaperView } from './PaperView.tsx'
export { PdfPages } from './PdfPages.tsx'
export { Redline } from './Redline.tsx'
export { Chip, Failure, Nothing, Notice, Waiting } from './states.tsx'
export { useWords, type Words } from './words.ts'
