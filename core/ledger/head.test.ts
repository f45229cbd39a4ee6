import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { fromBase64, toBase64, toHex } from "#core/formats";
import { buildCertificate, sm2KeyPair, sm2MessageSigner, sm3, writeName, type Signer } from "#core/crypto";
import { signHead, verifySignedHead, type LogHead, type SignedHead } from "#core/ledger";

const entropy = (n: number) => new Uint8Array(randomBytes(n));
const keyPair = sm2KeyPair(entropy);
const signerWith = async ({ privateKey, publicKey }: typeof keyPair): Promise<Signer> => {
  const key = sm2MessageSigner(privateKey, entropy);
  const name = writeName([{ type: "CN", value: "账本" }]);
  const certificate = await buildCertificate(
    {
      serial: toHex(Uint8Array.of(1, ...entropy(8))),
      issuer: name,
      subject: name,
      notBefore: "2026-01-01T00:00:00Z",
      notAfter: "2036-01-01T00:00:00Z",
      publicKey: { algorithm: "sm2", point: publicKey },
      keyUsage: ["digitalSignature"],
    },
    key,
  );
  return { ...key, certificate };
};
const head: LogHead = { v: 1, logId: "log-1", size: 42, root: toHex(sm3(new Uint8Array(0))), issuedAt: "2026-11-24T08:00:00Z" };
const codeOf = (signed: unknown, trust: Parameters<typeof verifySignedHead>[1] = { publicKey: keyPair.publicKey }) => {
  const checked = verifySignedHead(signed, trust);
  return checked.ok ? "ok" : checked.error.code;
};

describe("signed log head", () => {
  let signer: Signer;
  let signed: SignedHead;
  beforeAll(async () => {
    signer = await signerWith(keyPair);
    signed = await signHead(head, signer);
  });

  it("verifies against the key and against the certificate", () => {
    expect(verifySignedHead(signed, { publicKey: keyPair.publicKey })).toEqual({ ok: true, value: head });
    expect(verifySignedHead(signed, { certificate: signer.certificate })).toEqual({ ok: true, value: head });
    expect(verifySignedHead(JSON.parse(JSON.stringify(signed)), { publicKey: keyPair.publicKey }).ok).toBe(true);
  });

  it("fails with any member of the head changed", () => {
    for (const change of [{ logId: "log-2" }, { size: 43 }, { root: "0".repeat(64) }, { issuedAt: "2026-11-24T08:00:01Z" }]) {
      expect(codeOf({ ...signed, head: { ...head, ...change } })).toBe("ledger.head-signature");
    }
  });

  it("fails with another certificate, even one of the same key", async () => {
    const again = await signerWith(keyPair);
    expect(codeOf({ ...signed, certificate: toBase64(again.certificate) })).toBe("ledger.head-signature");
    expect(codeOf({ ...signed, certificate: toBase64(again.certificate) }, { certificate: signer.certificate })).toBe("ledger.head-certificate");
    const stranger = await signerWith(sm2KeyPair(entropy));
    const theirs = await signHead(head, stranger);
    expect(codeOf(theirs)).toBe("ledger.head-certificate");
    expect(codeOf({ ...theirs, certificate: signed.certificate })).toBe("ledger.head-signature");
  });

  it("leaves no byte of the envelope free", () => {
    const der = fromBase64(signed.certificate);
    if (!der.ok) throw new Error("certificate");
    for (let at = 0; at < der.value.length; at++) {
      const certificate = toBase64(der.value.map((byte, i) => (i === at ? byte ^ 1 : byte)));
      expect(codeOf({ ...signed, certificate })).not.toBe("ok");
    }
    for (let at = 0; at < signed.signature.length; at++) {
      const digit = (Number.parseInt(signed.signature[at]!, 16) ^ 1).toString(16);
      expect(codeOf({ ...signed, signature: signed.signature.slice(0, at) + digit + signed.signature.slice(at + 1) })).toBe("ledger.head-signature");
    }
    expect(codeOf({ ...signed, signature: signed.signature.toUpperCase() })).toBe("ledger.head-signature");
    expect(codeOf({ ...signed, certificate: `${signed.certificate}\n` })).toBe("ledger.head-certificate");
  });

  it("refuses other shapes without an exception", async () => {
    for (const bad of [null, 1, "x", [], {}, { ...signed, extra: 1 }, { ...signed, head: { ...head, extra: 1 } }, { ...signed, head: { ...head, size: -1 } }, { ...signed, signature: 1 }, { head, signature: signed.signature }]) {
      expect(codeOf(bad)).toBe("ledger.head");
    }
    await expect(signHead({ ...head, size: 0.5 }, signer)).rejects.toThrow(RangeError);
  });
});
