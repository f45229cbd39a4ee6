import { generateKeyPairSync, sign } from "node:crypto";
import { toHex, type FormatError, type Result } from "#core/formats";
import {
  buildCertificate,
  p256KeyPair,
  p256MessageSigner,
  readCertificate,
  sm2KeyPair,
  sm2MessageSigner,
  writeName,
  type Certificate,
  type CertificateContent,
  type MessageSigner,
  type PublicKey,
  type Signer,
} from "#core/crypto";
import { entropy } from "./third-party.fixture.ts";

export const take = <T>(result: Result<T, FormatError>): T => {
  if (!result.ok) throw new Error(`${result.error.code} ${result.error.message}`);
  return result.value;
};

export type Kind = "sm2" | "p256" | "rsa";
/** A key with a name, before anyone has certified it. */
export type Party = { readonly key: PublicKey; readonly signer: MessageSigner; readonly name: Uint8Array };

const nameOf = (cn: string): Uint8Array => writeName([{ type: "C", value: "CN" }, { type: "O", value: "内蒙古自治区人民政府" }, { type: "CN", value: cn }]);

export const party = (kind: Kind, cn: string): Party => {
  const name = nameOf(cn);
  switch (kind) {
    case "sm2": {
      const { privateKey, publicKey } = sm2KeyPair(entropy);
      return { name, key: { algorithm: "sm2", point: publicKey }, signer: sm2MessageSigner(privateKey, entropy) };
    }
    case "p256": {
      const { privateKey, publicKey } = p256KeyPair(entropy);
      return { name, key: { algorithm: "p256", point: publicKey }, signer: p256MessageSigner(privateKey, entropy) };
    }
    case "rsa": {
      const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      const jwk = publicKey.export({ format: "jwk" });
      const number = (text: string | undefined) => BigInt(`0x${toHex(Buffer.from(text ?? "", "base64url"))}`);
      const signer: MessageSigner = { algorithm: "rsa-sha256", sign: async (message) => new Uint8Array(sign("sha256", message, privateKey)) };
      return { name, key: { algorithm: "rsa", modulus: number(jwk.n), exponent: number(jwk.e) }, signer };
    }
  }
};

let serial = 0x1000;
/** A certificate of the subject by the issuer, 2025 to 2055 unless told otherwise. */
export const issue = async (subject: Party, issuer: Party, more: Partial<CertificateContent> = {}): Promise<Certificate> =>
  take(
    readCertificate(
      await buildCertificate(
        {
          serial: (serial++).toString(16),
          issuer: issuer.name,
          subject: subject.name,
          notBefore: "2025-01-01T00:00:00Z",
          notAfter: "2055-01-01T00:00:00Z",
          publicKey: subject.key,
          keyUsage: ["digitalSignature", "nonRepudiation"],
          issuerKey: issuer.key,
          ...more,
        },
        issuer.signer,
      ),
    ),
  );

export const asAuthority: Partial<CertificateContent> = { authority: {}, keyUsage: ["keyCertSign", "cRLSign"] };
export const asStamper: Partial<CertificateContent> = { extKeyUsage: { oids: ["1.3.6.1.5.5.7.3.8"], critical: true }, keyUsage: ["digitalSignature"] };

export const signerOf = (who: Party, certificate: Certificate): Signer => ({ ...who.signer, certificate: certificate.raw });
