import { formatErr, fromBase64, ok, toBase64, type FormatError, type Result } from "#core/formats";

/** One block of a PEM text: label such as CERTIFICATE, and its bytes. */
export type PemBlock = { readonly label: string; readonly bytes: Uint8Array };

/** All blocks of a PEM text, RFC 7468; text between blocks is skipped. Error when a block is malformed or there is none. */
export function readPem(text: string): Result<readonly PemBlock[], FormatError> {
  const blocks: PemBlock[] = [];
  const pattern = /-----BEGIN ([A-Z0-9 ]{1,64})-----([A-Za-z0-9+/=\s]*)-----END \1-----/g;
  for (const [, label, body] of text.matchAll(pattern)) {
    const bytes = fromBase64(body!.replace(/\s+/g, ""));
    if (!bytes.ok) return formatErr("pem.malformed", "PEM 内容不是合法的 Base64");
    blocks.push({ label: label!, bytes: bytes.value });
  }
  if (blocks.length === 0 || blocks.length !== text.split("-----BEGIN ").length - 1) {
    return formatErr("pem.malformed", "不是合法的 PEM 文本");
  }
  return ok(blocks);
}

/** One PEM block with lines of 64 characters. */
export function writePem(label: string, bytes: Uint8Array): string {
  const lines = toBase64(bytes).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
