/** Formats (格式): strict readers with limits, writers with fixed bytes. The only door of this folder. */
export { assertNever, err, formatErr, ok, type FormatError, type Result } from "./result.ts";
export {
  compareBytes,
  concatBytes,
  equalBytes,
  fromBase64,
  fromHex,
  fromUtf8,
  toBase64,
  toHex,
  utf8,
} from "./bytes.ts";
export {
  CANONICAL_LIMITS,
  canonicalText,
  decodeCanonical,
  encodeCanonical,
  NotCanonicalError,
  type CanonicalLimits,
  type CanonicalValue,
} from "./canonical.ts";
export {
  BER_LIMITS,
  DER_LIMITS,
  isContext,
  isUniversal,
  readDer,
  readDerPrefix,
  TAG,
  type DerClass,
  type DerLimits,
  type DerNode,
} from "./der.ts";
export {
  joinOctets,
  readBitString,
  readBoolean,
  readInteger,
  readNamedBits,
  readOctetString,
  readOid,
  readSequence,
  readSet,
  readSmallInteger,
  readText,
  readTime,
} from "./der-values.ts";
export {
  bitString,
  boolean,
  certificateTime,
  contextExplicit,
  contextImplicit,
  enumerated,
  generalizedTime,
  ia5String,
  integer,
  namedBits,
  nullValue,
  octetString,
  oid,
  printableString,
  sequence,
  set,
  utcTime,
  utf8String,
} from "./der-write.ts";
export { crc32 } from "./crc32.ts";
export { packBytes, writeZip, type PackedBytes, type ZipInput } from "./zip-write.ts";
export { readZip, ZIP_LIMITS, type ZipEntry, type ZipLimits, type ZipManner } from "./zip-read.ts";
export { escapeXml, writeXml, xmlElement, xmlText, type XmlElement } from "./xml.ts";
export { childElement, childElements, innerText, readXml, xmlLimits, type XmlLimits, type XmlNode } from "./xml-read.ts";
export { deflateRaw, deflateZlib } from "./deflate.ts";
