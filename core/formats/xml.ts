/**
 * A small XML 1.0 writer for metadata files: same tree in, same bytes out. Elements are indented by two spaces,
 * an element with text stays on one line so that no white space is added to the text.
 */
export type XmlElement = {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** Text content; an element has either text or children. */
  readonly text?: string;
  readonly children?: readonly XmlElement[];
};

/** An element with children. */
export function xmlElement(
  name: string,
  attributes: Readonly<Record<string, string>>,
  children: readonly XmlElement[],
): XmlElement {
  return { name, attributes, children };
}

/** An element with text. */
export function xmlText(name: string, text: string, attributes: Readonly<Record<string, string>> = {}): XmlElement {
  return { name, attributes, text };
}

const NAME = /^[\p{L}_][\p{L}\p{N}_.\-·]*(:[\p{L}_][\p{L}\p{N}_.\-·]*)?$/u;

/** The whole document with declaration, UTF-8, line feeds, attributes in the order given. RangeError for a bad name or a character that XML cannot hold. */
export function writeXml(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${writeElement(root, "")}\n`;
}

function writeElement(element: XmlElement, indent: string): string {
  const { name, attributes = {}, text, children = [] } = element;
  if (!NAME.test(name)) throw new RangeError(`not an XML name: ${name}`);
  let open = `${indent}<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (!NAME.test(key)) throw new RangeError(`not an XML name: ${key}`);
    open += ` ${key}="${escapeXml(value)}"`;
  }
  if (text !== undefined) {
    if (children.length > 0) throw new RangeError(`text and children in one element: ${name}`);
    return `${open}>${escapeXml(text)}</${name}>`;
  }
  if (children.length === 0) return `${open}/>`;
  const inner = children.map((child) => writeElement(child, `${indent}  `)).join("\n");
  return `${open}>\n${inner}\n${indent}</${name}>`;
}

/**
 * Text or attribute value with markup escaped. Tab, line feed and carriage return become character references, so that
 * attribute and line-end normalisation (XML 1.0 §2.11, §3.3.3) give back what was written. RangeError for a character outside §2.2.
 */
export function escapeXml(text: string): string {
  if (!text.isWellFormed() || /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text)) {
    throw new RangeError("a character that XML cannot hold");
  }
  return text.replace(/[&<>"\t\n\r]/g, (mark) => ESCAPES[mark]!);
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};
