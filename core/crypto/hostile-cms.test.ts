import { generateKeyPairSync, sign, constants } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import {
  boolean, concatBytes, contextExplicit, contextImplicit, generalizedTime, integer, nullValue, octetString, oid, readDer, readNamedBits, readSequence, readText, sequence, set, toHex, utf8,
} from "#core/formats";
import {
  buildDetachedCms, checkSignature, digest, readCertificate, readSignedData, readSignatureScheme, readSpki, readTimeStamp, validateChain, verifyCmsSigner, verifyTimeStamp, writeSpki, writePem,
  type Certificate, type CmsVerdict,
} from "#core/crypto";
import { criticalExtension, extension } from "./certificate-build.ts";
import { attribute, serialOf, signingCertificate, writeSignedData } from "./cms-write.ts";
import { asAuthority, asStamper, issue, party, signerOf, take, type Party } from "./party.fixture.ts";
import { noOpenssl, openssl } from "./third-party.fixture.ts";

const at = "2026-06-01T08:00:00Z";
let root: Party;
let rootCert: Certificate;
let user: Party;
let leaf: Certificate;
beforeAll(async () => {
  [root, user] = [party("p256", "根"), party("p256", "用户")];
  rootCert = await issue(root, root, asAuthority);
  leaf = await issue(user, root);
});

/** One element around parts in number: the writer's own takes them as arguments. */
const around = (identifier: number, part: Uint8Array, times: number): Uint8Array => {
  const length = part.length * times;
  const out = new Uint8Array(length + 5);
  out.set([identifier, 0x83, length >> 16, (length >> 8) & 255, length & 255]);
  for (let i = 0; i < times; i++) out.set(part, 5 + i * part.length);
  return out;
};
type Parts = { readonly signed?: Uint8Array; readonly unsigned?: Uint8Array; readonly certificates?: Uint8Array; readonly signers?: number };
const signedData = ({ signed, unsigned, certificates, signers = 1 }: Parts): Uint8Array => {
  const info = sequence(
    integer(1), sequence(leaf.issuer.raw, serialOf(leaf.serial)), sequence(oid("2.16.840.1.101.3.4.2.1")), ...(signed === undefined ? [] : [signed]),
    sequence(oid("1.2.840.10045.4.3.2")), octetString(new Uint8Array(70).fill(1)), ...(unsigned === undefined ? [] : [unsigned]),
  );
  return sequence(oid("1.2.840.113549.1.7.2"), contextExplicit(0, sequence(
    integer(1), set(), sequence(oid("1.2.840.113549.1.7.1")), certificates ?? contextImplicit(0, set(leaf.raw)), around(0x31, info, signers),
  )));
};
const codeOf = (bytes: Uint8Array): string => {
  const read = readSignedData(bytes);
  return read.ok ? "ok" : read.error.code;
};

describe("numbers that no signer has", () => {
  const part = sequence(oid("1.2.3"), set());

  it("of attributes are refused and neither thrown on nor sorted", () => {
    for (const times of [257, 190_000]) {
      expect(codeOf(signedData({ signed: around(0xa0, part, times) }))).toBe("cms.signer");
      expect(codeOf(signedData({ unsigned: around(0xa1, part, times) }))).toBe("cms.signer");
    }
    expect(codeOf(signedData({ signed: around(0xa0, part, 256) }))).toBe("ok");
  });

  it("of copies of one certificate are one, for however many signers", { timeout: 60_000 }, () => {
    const read = take(readSignedData(signedData({ certificates: around(0xa0, leaf.raw, 5000), signers: 500 })));
    expect([read.certificates.length, read.signers.length]).toEqual([5000, 500]);
    const verdicts = read.signers.map((signer) => verifyCmsSigner(read, signer, { bytes: utf8("x") }));
    expect(new Set(verdicts.map(({ pool }) => pool)).size).toBe(1);
    expect(verdicts[0]!.pool.map(({ serial }) => serial)).toEqual([leaf.serial]);
  });

  it("of namesakes and copies do not hide the issuer whose key the certificate names", { timeout: 120_000 }, async () => {
    const middle = party("p256", "中级");
    const middleCert = await issue(middle, root, asAuthority);
    const below = await issue(user, middle);
    const stranger: Party = { ...party("p256", "x"), name: middle.name };
    const crowd = await Promise.all(Array.from({ length: 300 }, async () => issue(stranger, root, asAuthority)));
    const copies = Array.from({ length: 1000 }, () => take(readCertificate(middleCert.raw)));
    const judge = (pool: readonly Certificate[]) => validateChain(below, pool, [rootCert], { at, crls: [] });
    expect(judge([...crowd, middleCert]).verdict).toBe("trusted");
    expect(judge(copies).path.length).toBe(3);
    // A namesake that also claims the key's identifier costs a check and is not believed.
    const claiming = { ...crowd[0]!, subjectKeyId: middleCert.subjectKeyId };
    expect(judge([claiming, middleCert]).verdict).toBe("trusted");
    expect(judge([claiming]).verdict).not.toBe("trusted");
  });

  it("of named bits and of characters are refused, not spread out", () => {
    const bits = (octets: number): boolean => readNamedBits(take(readDer(around(3, new Uint8Array(1), octets)))).ok;
    // around() writes long lengths always, so the short one is put by hand
    expect(readNamedBits(take(readDer(concatBytes(Uint8Array.of(3, 33), new Uint8Array(33))))).ok).toBe(true);
    expect([bits(100_000), bits(8_000_000)]).toEqual([false, false]);
    for (const tag of [12, 20, 30]) expect(readText(take(readDer(around(tag, Uint8Array.of(0x61), (1 << 20) + 2)))).ok).toBe(false);
    expect(readText(take(readDer(around(20, Uint8Array.of(0xe9), 1 << 20)))).ok).toBe(true);
  });
});

describe("a signature that is shown as one of something else", () => {
  it("its attributes as the content: the signed SET is no content of any document", async () => {
    const content = utf8("正文");
    const honest = take(readSignedData(await buildDetachedCms({ contentDigest: digest("sha256", content) }, signerOf(user, leaf))));
    const [signer] = honest.signers;
    const attributes = signer!.signed!.bytes;
    const shown = take(readSignedData(writeSignedData({
      kind: "cms", version: 1, contentType: "1.2.840.113549.1.7.1", content: attributes, certificates: [leaf.raw],
      signer: { certificate: leaf.raw, digest: "sha256", algorithm: sequence(oid("1.2.840.10045.4.3.2")), signature: signer!.signature },
    })));
    // The known weakness of CMS (the signature is of those bytes): nobody but who asks for those very bytes is told that it holds.
    expect(verifyCmsSigner(shown, shown.signers[0]!, { bytes: content }).verdict).toBe("modified");
    expect(verifyCmsSigner(honest, { ...signer!, signed: undefined }, { bytes: content }).verdict).toBe("invalid");
  });

  it("with two of an attribute that must be one", async () => {
    const content = utf8("正文");
    const hash = octetString(digest("sha256", content));
    const type = attribute("1.2.840.113549.1.9.3", oid("1.2.840.113549.1.7.1"));
    const other = attribute("1.2.840.113549.1.9.4", octetString(digest("sha256", utf8("别的"))));
    const judge = async (...attributes: readonly Uint8Array[]): Promise<CmsVerdict> => {
      const signed = set(...attributes);
      const data = take(readSignedData(writeSignedData({
        kind: "cms", version: 1, contentType: "1.2.840.113549.1.7.1", certificates: [leaf.raw],
        signer: { certificate: leaf.raw, digest: "sha256", algorithm: sequence(oid("1.2.840.10045.4.3.2")), signature: await user.signer.sign(signed), signed },
      })));
      return verifyCmsSigner(data, data.signers[0]!, { bytes: content });
    };
    const right = attribute("1.2.840.113549.1.9.4", hash);
    const bound = signingCertificate("sha256", leaf.raw);
    expect((await judge(type, right, bound)).verdict).toBe("intact");
    expect((await judge(type, right, other, bound)).verdict).toBe("invalid");
    expect((await judge(type, other, bound)).verdict).toBe("modified");
    expect((await judge(type, sequence(oid("1.2.840.113549.1.9.4"), set(hash, hash)), bound)).verdict).toBe("invalid");
    expect((await judge(right, bound)).verdict).toBe("invalid");
    expect((await judge(type, right, signingCertificate("sha256", rootCert.raw))).verdict).toBe("invalid");
  });
});

describe("a time stamp", () => {
  const stamp = async (more: { version?: number; extensions?: readonly Uint8Array[]; ordering?: true } = {}): Promise<Uint8Array> => {
    const who = party("p256", "时间戳");
    const cert = await issue(who, root, asStamper);
    const info = sequence(
      integer(more.version ?? 1), oid("1.2.3.4"), sequence(sequence(oid("2.16.840.1.101.3.4.2.1"), nullValue()), octetString(digest("sha256", utf8("x")))), integer(7), generalizedTime(at),
      sequence(integer(1), contextImplicit(0, integer(500))), ...(more.ordering ? [boolean(true)] : []), integer(99n),
      ...(more.extensions === undefined ? [] : [contextImplicit(1, sequence(...more.extensions))]),
    );
    const signed = set(attribute("1.2.840.113549.1.9.3", oid("1.2.840.113549.1.9.16.1.4")), attribute("1.2.840.113549.1.9.4", octetString(digest("sha256", info))), signingCertificate("sha256", cert.raw));
    return writeSignedData({
      kind: "cms", version: 3, contentType: "1.2.840.113549.1.9.16.1.4", content: info, certificates: [cert.raw],
      signer: { certificate: cert.raw, digest: "sha256", algorithm: sequence(oid("1.2.840.10045.4.3.2")), signature: await who.signer.sign(signed), signed },
    });
  };
  const outcome = (token: Uint8Array): string => {
    const read = readTimeStamp(token);
    return read.ok ? verifyTimeStamp(read.value, { bytes: utf8("x") }).verdict : read.error.code;
  };

  it("with accuracy, ordering, nonce and extensions that may be passed over is read; with critical ones or of another version it is not", async () => {
    const value = octetString(utf8("x"));
    expect(outcome(await stamp())).toBe("intact");
    expect(outcome(await stamp({ ordering: true, extensions: [extension("1.2.3", value)] }))).toBe("intact");
    expect(outcome(await stamp({ extensions: [extension("1.2.3", value), criticalExtension("1.2.4", value)] }))).toBe("timestamp.unknown");
    expect(outcome(await stamp({ version: 2 }))).toBe("timestamp.unknown");
    expect(outcome(await stamp({ extensions: [integer(1)] }))).toBe("timestamp.malformed");
    expect(take(readTimeStamp(await stamp({ ordering: true, extensions: [extension("1.2.3", value)] }))).nonce).toBe(99n);
  });

  it.skipIf(noOpenssl())("is refused by openssl in the same cases", async () => {
    const value = octetString(utf8("x"));
    const verify = (token: Uint8Array): string => {
      const run = openssl(["ts", "-verify", "-data", "m", "-in", "t", "-token_in", "-CAfile", "ca.pem", "-attime", String(Date.parse(at) / 1000)], { m: utf8("x"), t: token, "ca.pem": writePem("CERTIFICATE", rootCert.raw) });
      run.done();
      return run.text;
    };
    expect(verify(await stamp({ ordering: true, extensions: [extension("1.2.3", value)] }))).toContain("Verification: OK");
    expect(verify(await stamp({ version: 2 }))).toContain("FAILED");
  });
});

describe("a key that its certificate keeps to RSASSA-PSS", () => {
  it("verifies that and nothing else, and is written as it was read", () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa-pss", { modulusLength: 2048 });
    const spki = new Uint8Array(publicKey.export({ format: "der", type: "spki" }));
    const key = take(readSpki(take(readDer(spki))));
    expect(key).toMatchObject({ algorithm: "rsa", only: "pss" });
    expect(toHex(writeSpki(key))).toBe(toHex(spki));
    const message = utf8("m");
    const pss = new Uint8Array(sign("sha256", message, { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }));
    const algorithm = sequence(oid("2.16.840.1.101.3.4.2.1"), nullValue());
    const scheme = sequence(oid("1.2.840.113549.1.1.10"), sequence(
      contextExplicit(0, algorithm), contextExplicit(1, sequence(oid("1.2.840.113549.1.1.8"), algorithm)), contextExplicit(2, integer(32)),
    ));
    expect(checkSignature(take(readSignatureScheme(take(readDer(scheme)))), message, pss, key)).toBe("valid");
    // The same number as a plain key signs as PKCS#1 v1.5 has it; the certificate did not allow that.
    const plain = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const old = new Uint8Array(sign("sha256", message, plain.privateKey));
    const open = take(readSpki(take(readDer(new Uint8Array(plain.publicKey.export({ format: "der", type: "spki" }))))));
    const v15 = { kind: "rsa-pkcs1", digest: "sha256" } as const;
    expect([checkSignature(v15, message, old, open), checkSignature(v15, message, old, { ...open, only: "pss" } as typeof open)]).toEqual(["valid", "unsupported"]);
    expect(take(readSequence(take(readDer(spki)))).length).toBe(2);
  });
});
