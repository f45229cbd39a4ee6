/** Reads PDF files off the screen's thread (PDF 解析). */
import 'pdfjs-dist/build/pdf.worker.min.mjs'
