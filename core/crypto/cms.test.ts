import { beforeAll, describe, expect, it } from "vitest";
import {
  concatBytes,
  contextExplicit,
  contextImplicit,
  integer,
  nullValue,
  octetString,
  oid,
  readDer,
  readInteger,
  readSequence,
  sequence,
  set as derSet,
  toHex,
  utcTime,
  utf8,
  type FormatError,
  type Result,
} from "#core/formats";
import {
  buildCertificate,
  buildDetachedCms,
  digest,
  digestOfAlgorithm,
  p256KeyPair,
  p256MessageSigner,
  readCertificate,
  readPem,
  readSignedData,
  signCanonical,
  sm2KeyPair,
  sm2MessageSigner,
  timeStampOf,
  verifyCanonicalSignature,
  verifyCmsSigner,
  writeName,
  writePem,
  type MessageSigner,
  type PublicKey,
  type Signer,
} from "#core/crypto";
import { entropy, noOpenssl, noSamples, openssl, sample, shell } from "./third-party.fixture.ts";

const take = <T>(result: Result<T, FormatError>): T => {
  if (!result.ok) throw new Error(`${result.error.code} ${result.error.message}`);
  return result.value;
};

const selfSigned = async (signer: MessageSigner, publicKey: PublicKey): Promise<Signer> => {
  const name = writeName([{ type: "CN", value: "签署人" }]);
  const certificate = await buildCertificate(
    {
      serial: "80ff",
      issuer: name,
      subject: name,
      notBefore: "2025-01-01T00:00:00Z",
      notAfter: "2055-01-01T00:00:00Z",
      publicKey,
      authority: {},
      keyUsage: ["digitalSignature", "keyCertSign"],
    },
    signer,
  );
  return { ...signer, certificate };
};
const sm2Signer = (): Promise<Signer> => {
  const { privateKey, publicKey } = sm2KeyPair(entropy);
  return selfSigned(sm2MessageSigner(privateKey, entropy), { algorithm: "sm2", point: publicKey });
};
const p256Signer = (): Promise<Signer> => {
  const { privateKey, publicKey } = p256KeyPair(entropy);
  return selfSigned(p256MessageSigner(privateKey, entropy), { algorithm: "p256", point: publicKey });
};
const rsaSigner = (): Signer => {
  const made = shell("openssl req -x509 -new -nodes -newkey rsa:2048 -keyout k.pem -out c.pem -subj /CN=rsa -days 3650 -sha256 2>/dev/null");
  const [key, pem] = [made.read("k.pem"), Buffer.from(made.read("c.pem")).toString()];
  made.done();
  return {
    algorithm: "rsa-sha256",
    certificate: take(readPem(pem))[0]!.bytes,
    sign: async (message) => {
      const run = openssl(["dgst", "-sha256", "-sign", "k.pem", "-out", "s", "m"], { "k.pem": key, m: message });
      const signature = run.read("s");
      run.done();
      return signature;
    },
  };
};

const content = utf8("关于印发《内蒙古自治区数字政府建设实施方案》的通知");
const build = (signer: Signer) =>
  buildDetachedCms({ contentDigest: digest(digestOfAlgorithm(signer.algorithm), content) }, signer);
const judge = (cms: Uint8Array, bytes: Uint8Array | undefined = content) => {
  const data = take(readSignedData(cms));
  return verifyCmsSigner(data, data.signers[0]!, bytes === undefined ? undefined : { bytes });
};
const failures = (verdict: ReturnType<typeof judge>) =>
  verdict.steps.filter((step) => step.result === "fail").map((step) => step.name);

describe("a built detached signature", () => {
  let signers: Signer[];
  beforeAll(async () => {
    signers = [await sm2Signer(), await p256Signer()];
  });

  it("is intact over its content, modified over another, undecided without it", async () => {
    for (const signer of signers) {
      const cms = await build(signer);
      expect(judge(cms).verdict).toBe("intact");
      expect(judge(cms).steps.every((step) => step.result === "pass")).toBe(true);
      expect(judge(cms, utf8("别的内容"))).toMatchObject({ verdict: "modified" });
      const data = take(readSignedData(cms));
      expect(verifyCmsSigner(data, data.signers[0]!).verdict).toBe("undecided");
      expect(verifyCmsSigner(data, data.signers[0]!, { digestOf: (name) => digest(name, content) }).verdict).toBe("intact");
    }
  });

  it("has exactly the signed attributes of PAdES B-B, and no signing time", async () => {
    const data = take(readSignedData(await build(signers[0]!)));
    expect(data.signers[0]!.signed!.attributes.map((attribute) => attribute.oid).sort()).toEqual([
      "1.2.840.113549.1.9.16.2.47",
      "1.2.840.113549.1.9.3",
      "1.2.840.113549.1.9.4",
    ]);
    expect(data.content).toBeUndefined();
    expect(judge(await build(signers[0]!)).claimedTime).toBeUndefined();
  });

  it("is read to its end under zero padding", async () => {
    const cms = await build(signers[0]!);
    const padded = concatBytes(cms, new Uint8Array(1000));
    expect(take(readSignedData(padded)).length).toBe(cms.length);
    expect(judge(padded).verdict).toBe("intact");
  });

  it("carries issuers and a time stamp when asked", async () => {
    const other = await sm2Signer();
    let stamped: Uint8Array | undefined;
    const cms = await buildDetachedCms(
      {
        contentDigest: digest("sm3", content),
        chain: [other.certificate],
        timeStamp: async (signature) => {
          stamped = signature;
          return Uint8Array.of(0x30, 0);
        },
      },
      signers[0]!,
    );
    const data = take(readSignedData(cms));
    expect(data.certificates.map(toHex).sort()).toEqual([signers[0]!.certificate, other.certificate].map(toHex).sort());
    expect(timeStampOf(data.signers[0]!)).toEqual(Uint8Array.of(0x30, 0));
    expect(stamped).toEqual(data.signers[0]!.signature);
    expect(judge(cms).verdict).toBe("intact");
  });

  it("does not survive the exchange of its certificate for another of the same key", async () => {
    const { privateKey, publicKey } = sm2KeyPair(entropy);
    const key = sm2MessageSigner(privateKey, entropy);
    const first = await selfSigned(key, { algorithm: "sm2", point: publicKey });
    const second = await selfSigned(key, { algorithm: "sm2", point: publicKey });
    const data = take(readSignedData(await build(first)));
    const exchanged = { ...data, certificates: [second.certificate] };
    const verdict = verifyCmsSigner(exchanged, exchanged.signers[0]!, { bytes: content });
    expect(verdict.verdict).toBe("invalid");
    expect(failures(verdict)).toContain("证书绑定");
  });

  it("is never intact with a flipped byte inside what is signed, and never throws", async () => {
    const signer = signers[0]!;
    const cms = await build(signer);
    const certificate = toHex(signer.certificate);
    const start = toHex(cms).indexOf(certificate) / 2;
    for (let i = 0; i < cms.length; i += 3) {
      const bad = cms.map((byte, at) => (at === i ? byte ^ 0x21 : byte));
      const read = readSignedData(bad);
      const verdict = read.ok && read.value.signers[0] ? verifyCmsSigner(read.value, read.value.signers[0], { bytes: content }).verdict : "refused";
      const inSigned = i >= start + signer.certificate.length + 120;
      if (inSigned && verdict === "intact") throw new Error(`byte ${i} of ${cms.length} is free`);
    }
    for (let length = 0; length < cms.length; length += 11) expect(readSignedData(cms.subarray(0, length)).ok).toBe(false);
  });

  it("refuses a digest of the wrong length", async () => {
    await expect(buildDetachedCms({ contentDigest: new Uint8Array(20) }, signers[0]!)).rejects.toThrow(RangeError);
  });
});

describe("openssl agrees", () => {
  it.skipIf(noOpenssl())("that built P-256 and RSA signatures hold over the content and no other", async () => {
    for (const signer of [await p256Signer(), rsaSigner()]) {
      const files = { "x.p7s": await build(signer), content, other: utf8("别的内容"), "ca.pem": writePem("CERTIFICATE", signer.certificate) };
      const verify = (name: string) => {
        const args = ["-inform", "DER", "-in", "x.p7s", "-content", name, "-CAfile", "ca.pem", "-purpose", "any", "-out", "out"];
        const run = openssl(["cms", "-verify", "-binary", ...args], files);
        run.done();
        return run;
      };
      expect(verify("content").text).toContain("Verification successful");
      expect(verify("other").code).not.toBe(0);
      expect(judge(files["x.p7s"]).verdict).toBe("intact");
    }
  });

  it.skipIf(noOpenssl())("that its own signatures are intact: RSA, PSS, ECDSA, streamed BER, key identifier, attached, no attributes", () => {
    const made = shell(`
      openssl req -x509 -new -nodes -newkey rsa:2048 -keyout rsa.key -out rsa.pem -subj /CN=rsa -sha256 2>/dev/null
      openssl req -x509 -new -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-384 -keyout ec.key -out ec.pem -subj /CN=ec -sha384 2>/dev/null
      printf 'content\\nhere' > m
      cms() { name=$1; key=$2; shift 2; openssl cms -sign -binary -in m -signer $key.pem -inkey $key.key -outform DER -out $name "$@"; }
      cms a rsa -md sha1
      cms b rsa -md sha256 -cades
      cms c rsa -md sha512 -keyopt rsa_padding_mode:pss
      cms d ec -md sha384
      cms e rsa -md sha256 -nodetach
      cms f rsa -md sha256 -stream -indef -nodetach
      cms g ec -md sha256 -keyid
      cms h rsa -md sha256 -noattr
      cms i rsa -md sha384 -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:20 -keyopt rsa_mgf1_md:sha256
    `);
    const m = made.read("m");
    const files = [..."abcdefghi"].map((name) => [name, made.read(name)] as const);
    made.done();
    for (const [name, cms] of files) {
      const verdict = judge(cms, m);
      expect([name, verdict.verdict, failures(verdict)]).toEqual([name, "intact", []]);
      const other = judge(cms, utf8("other"));
      // Content inside (e, f) that is not what the signature is said to be of is as bad as a digest that is not.
      expect([name, other.verdict]).toEqual([name, name === "h" ? "invalid" : "modified"]);
    }
  });
});

describe("SignedData of GM/T 0010 (GB/T 35275)", () => {
  const gm = (last: number) => oid(`1.2.156.10197.6.1.4.2.${last}`);
  /** The shapes that Chinese tools write: digest as content without attributes, and attributes without content. */
  const write = async (shape: "digest as content" | "raw value" | "attributes") => {
    const { privateKey, publicKey } = sm2KeyPair(entropy);
    const signer = await selfSigned(sm2MessageSigner(privateKey, entropy), { algorithm: "sm2", point: publicKey });
    const { issuer, serial } = take(readCertificate(signer.certificate));
    const inner = digest("sm3", content);
    const attribute = (name: Uint8Array, value: Uint8Array) => sequence(name, derSet(value));
    const attributes = derSet(
      attribute(oid("1.2.840.113549.1.9.3"), gm(1)),
      attribute(oid("1.2.840.113549.1.9.4"), octetString(inner)),
      attribute(oid("1.2.840.113549.1.9.5"), utcTime("2026-11-24T08:00:00Z")),
    );
    const der = await signer.sign(shape === "attributes" ? attributes : inner);
    const value = shape === "raw value" ? rawOf(der) : der;
    const algorithm = sequence(oid("1.2.156.10197.1.401"), nullValue());
    const info = sequence(
      integer(1),
      sequence(issuer.raw, integer(BigInt(`0x${serial}`))),
      algorithm,
      ...(shape === "attributes" ? [contextImplicit(0, attributes)] : []),
      sequence(oid("1.2.156.10197.1.301.1"), nullValue()),
      octetString(value),
    );
    const body = shape === "attributes" ? sequence(oid("1.2.840.113549.1.7.1")) : sequence(gm(1), contextExplicit(0, octetString(inner)));
    return sequence(gm(2), contextExplicit(0, sequence(integer(1), derSet(algorithm), body, contextImplicit(0, derSet(signer.certificate)), derSet(info))));
  };
  const rawOf = (der: Uint8Array) => {
    const parts = take(readSequence(take(readDer(der)))).map((part) => take(readInteger(part)).toString(16).padStart(64, "0"));
    return new Uint8Array(Buffer.from(parts.join(""), "hex"));
  };

  it("is intact in the three shapes met, with the bare value told", async () => {
    for (const shape of ["digest as content", "raw value", "attributes"] as const) {
      const cms = await write(shape);
      const verdict = judge(cms);
      expect([shape, verdict.verdict, failures(verdict)]).toEqual([shape, "intact", []]);
      expect(verdict.steps.some((step) => step.name === "签名值编码")).toBe(shape === "raw value");
      const data = take(readSignedData(cms));
      expect(data.content).toEqual(shape === "attributes" ? undefined : digest("sm3", content));
      expect(verdict.claimedTime).toBe(shape === "attributes" ? "2026-11-24T08:00:00Z" : undefined);
    }
  });
});

describe("signatures in third-party PDF files", () => {
  /** Signature contents with the bytes of their ranges. */
  const signaturesOf = (pdf: Uint8Array) => {
    const text = Buffer.from(pdf).toString("latin1");
    return [...text.matchAll(/\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/g)].map((match) => {
      const [a, b, c, d] = match.slice(1).map(Number) as [number, number, number, number];
      const cms = new Uint8Array(Buffer.from(text.slice(a + b + 1, c - 1).trim(), "hex"));
      return { cms, bytes: concatBytes(pdf.subarray(a, a + b), pdf.subarray(c, c + d)) };
    });
  };

  it.skipIf(noSamples("esig-dss")).each([
    ["pades-bes.pdf", ["intact"]],
    ["pdf-signed-original.pdf", ["intact"]],
    ["pdf-signed-corrupted.pdf", ["modified"]],
    ["pdf-signed-added-page.pdf", ["intact"]],
    ["hello_signed_INCSAVE_signed.pdf", ["intact", "intact"]],
    ["doc-firmado-T.pdf", ["intact"]],
  ])("%s: %j", (name, expected) => {
    const verdicts = signaturesOf(sample(`esig-dss/${name}`)).map(({ cms, bytes }) => judge(cms, bytes));
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(expected);
  });

  it.skipIf(noSamples("esig-dss"))("finds the time stamp of doc-firmado-T.pdf, itself a sound SignedData", () => {
    const [signature] = signaturesOf(sample("esig-dss/doc-firmado-T.pdf"));
    const data = take(readSignedData(signature!.cms));
    const token = take(readSignedData(timeStampOf(data.signers[0]!)!));
    expect(token.contentType).toBe("1.2.840.113549.1.9.16.1.4");
    const verdict = verifyCmsSigner(token, token.signers[0]!);
    expect([verdict.verdict, failures(verdict)]).toEqual(["intact", []]);
  });
});

describe("signed canonical values", () => {
  it("hold in their context only, for their value only", async () => {
    const { privateKey, publicKey } = sm2KeyPair(entropy);
    const signer = sm2MessageSigner(privateKey, entropy);
    const signature = await signCanonical({ b: 1, a: "文" }, "wenshu/command/1", signer);
    expect(verifyCanonicalSignature({ a: "文", b: 1 }, "wenshu/command/1", signature, publicKey)).toBe(true);
    expect(verifyCanonicalSignature({ a: "文", b: 2 }, "wenshu/command/1", signature, publicKey)).toBe(false);
    expect(verifyCanonicalSignature({ a: "文", b: 1 }, "wenshu/command/2", signature, publicKey)).toBe(false);
    expect(verifyCanonicalSignature({ a: "文", b: 1 }, "wenshu/command/1", signature.toUpperCase(), publicKey)).toBe(false);
    expect(verifyCanonicalSignature({ a: "文", b: 1 }, "wenshu/command/1", `${signature}00`, publicKey)).toBe(false);
    await expect(signCanonical({}, "two\nlines", signer)).rejects.toThrow(RangeError);
    const { privateKey: other } = p256KeyPair(entropy);
    await expect(signCanonical({}, "wenshu/x", p256MessageSigner(other, entropy))).rejects.toThrow(RangeError);
    expect(readCertificate(new Uint8Array(0)).ok).toBe(false);
  });
});
