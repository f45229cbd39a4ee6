import { beforeAll, describe, expect, it } from "vitest";
import {
  contextExplicit, contextImplicit, integer, octetString, oid, sequence, set as derSet, toBase64, toHex, utf8,
} from "#core/formats";
import {
  buildGmSignedData, buildTimeStampReply, buildTimeStampRequest, digest, readSignedData, readTimeStamp, timeStampOf, verifyCmsSigner, verifyTimeStamp, writePem, writeSpki,
  type Certificate, type DetachedContent, type GmSignature, type Signer,
} from "#core/crypto";
import { asStamper, issue, party, signerOf, take, type Party } from "./party.fixture.ts";
import { independentSm2, noOpenssl, openssl } from "./third-party.fixture.ts";

const content = utf8("<ofd:Signature>关于印发《内蒙古自治区数字政府建设实施方案》的通知</ofd:Signature>");
const sum = digest("sm3", content);
let who: Party;
let cert: Certificate;
let signer: Signer;
beforeAll(async () => {
  who = party("sm2", "签署人");
  cert = await issue(who, who);
  signer = signerOf(who, cert);
});
const judge = (cms: Uint8Array, detached: DetachedContent | undefined = { bytes: content }) => {
  const data = take(readSignedData(cms));
  return verifyCmsSigner(data, data.signers[0]!, detached);
};
const build = (more: Partial<GmSignature> & Pick<GmSignature, "shape">) => buildGmSignedData({ contentDigest: sum, ...more }, signer);

describe.each(["a", "b", "c"] as const)("shape %s", (shape) => {
  it.each(["1.501", "1.301.1"] as const)("is intact over its content by %s, given as bytes or as a digest, and over no other", async (algorithm) => {
    const cms = await build({ shape, algorithm });
    expect(judge(cms).verdict).toBe("intact");
    expect(judge(cms, { digestOf: (name) => digest(name, content) }).verdict).toBe("intact");
    expect(judge(cms, { bytes: utf8("别的") }).verdict).toBe("modified");
    expect(judge(cms, { digestOf: () => undefined }).verdict).toBe("undecided");
    expect(judge(cms).steps.filter((step) => step.result === "fail" || step.result === "unknown")).toEqual([]);
  });

  it("carries the identifiers of the standard", async () => {
    const hex = toHex(await build({ shape }));
    const data = take(readSignedData(await build({ shape })));
    expect(hex).toContain("060a2a811ccf550601040202");
    expect(data.contentType).toBe("1.2.156.10197.6.1.4.2.1");
    expect(data.content).toEqual(shape === "c" ? undefined : sum);
    expect(data.signers[0]!.signed === undefined).toBe(shape !== "c");
    expect(data.signers[0]!.signature.length === 64).toBe(shape === "b");
  });

  it("is never intact with a byte changed inside what is signed", async () => {
    const cms = await build({ shape });
    const from = shape === "c" ? toHex(cms).lastIndexOf("2a864886f70d010904") / 2 : toHex(cms).indexOf(toHex(sum)) / 2;
    expect(from).toBeGreaterThan(20);
    const verdicts = new Set<string>();
    for (let at = from; at < from + 40; at++) {
      const read = readSignedData(cms.map((byte, i) => (i === at ? byte ^ 1 : byte)));
      if (read.ok) verdicts.add(verifyCmsSigner(read.value, read.value.signers[0]!, { bytes: content }).verdict);
    }
    expect(verdicts.has("intact")).toBe(false);
  });
});

it("tells the claimed time of shape c, and takes a stamp along", async () => {
  const stamper = party("sm2", "时间戳");
  const authority = { signer: signerOf(stamper, await issue(stamper, stamper, asStamper)), chain: [], policy: "1.2.3", serial: 1n, now: "2026-06-01T08:00:00Z" };
  const cms = await build({
    shape: "c", signedAt: "2026-06-01T07:59:00Z",
    timeStamp: async (signature) => take(readTimeStamp(await buildTimeStampReply(buildTimeStampRequest("sm3", digest("sm3", signature), 9n), authority))).token,
  });
  expect(judge(cms).claimedTime).toBe("2026-06-01T07:59:00Z");
  const data = take(readSignedData(cms));
  const stamp = take(readTimeStamp(timeStampOf(data.signers[0]!)!));
  expect(verifyTimeStamp(stamp, { bytes: data.signers[0]!.signature }).verdict).toBe("intact");
});

it("refuses signers of another kind and digests of another length", async () => {
  const other = party("p256", "x");
  await expect(buildGmSignedData({ contentDigest: sum, shape: "c" }, signerOf(other, cert))).rejects.toThrow(RangeError);
  await expect(buildGmSignedData({ contentDigest: sum.subarray(1), shape: "c" }, signer)).rejects.toThrow(RangeError);
});

describe("what other software writes", () => {
  /** A SignedData put together by hand. */
  const made = async (parts: { outer?: string; type?: string; inside?: Uint8Array; message?: Uint8Array; attributes?: Uint8Array; algorithm?: Uint8Array; raw?: boolean }) => {
    const sm3 = sequence(oid("1.2.156.10197.1.401.1"));
    const value = await who.signer.sign(parts.attributes ?? parts.message ?? content);
    const data = sequence(
      integer(1), derSet(sm3),
      sequence(oid(parts.type ?? "1.2.156.10197.6.1.4.2.1"), ...(parts.inside === undefined ? [] : [contextExplicit(0, octetString(parts.inside))])),
      contextImplicit(0, derSet(cert.raw)),
      derSet(sequence(
        integer(1), sequence(cert.issuer.raw, integer(BigInt(`0x${cert.serial}`))), sm3,
        ...(parts.attributes === undefined ? [] : [contextImplicit(0, parts.attributes)]),
        parts.algorithm ?? sequence(oid("1.2.156.10197.1.501")), octetString(value),
      )),
    );
    return sequence(oid(parts.outer ?? "1.2.156.10197.6.1.4.2.2"), contextExplicit(0, data));
  };
  const attributes = (type: string, digested: Uint8Array) => derSet(
    sequence(oid("1.2.840.113549.1.9.3"), derSet(oid(type))), sequence(oid("1.2.840.113549.1.9.4"), derSet(octetString(digested))),
  );
  const GM_DATA = "1.2.156.10197.6.1.4.2.1";
  const PKCS7_DATA = "1.2.840.113549.1.7.1";

  it("is intact: the digest inside as base64 or hexadecimal text", async () => {
    for (const text of [toBase64(sum), toHex(sum), toHex(sum).toUpperCase()]) {
      expect(judge(await made({ inside: utf8(text), message: utf8(text) })).verdict).toBe("intact");
      expect(judge(await made({ inside: utf8(text), message: utf8(text) }), { bytes: utf8("别的") }).verdict).toBe("modified");
    }
    expect(judge(await made({ inside: utf8(toBase64(sum)), message: sum })).verdict).toBe("intact");
  });

  it("is intact: the content inside, no content and no attributes, the digest as the message", async () => {
    expect(judge(await made({ inside: content })).verdict).toBe("intact");
    expect(judge(await made({})).verdict).toBe("intact");
    expect(judge(await made({ message: sum })).verdict).toBe("intact");
    expect(judge(await made({ message: sum }), { digestOf: () => sum }).verdict).toBe("intact");
    expect(judge(await made({}), { digestOf: () => sum }).verdict).toBe("undecided");
    expect(judge(await made({}), { bytes: utf8("别的") }).verdict).toBe("invalid");
    expect(judge(await made({ message: utf8("别的") })).verdict).toBe("invalid");
  });

  it("is intact: either name of plain data, inside and out, and any name of the algorithm", async () => {
    for (const [type, named, outer] of [[GM_DATA, PKCS7_DATA, "1.2.840.113549.1.7.2"], [PKCS7_DATA, GM_DATA, undefined], [PKCS7_DATA, PKCS7_DATA, undefined]] as const) {
      expect(judge(await made({ type, ...(outer === undefined ? {} : { outer }), attributes: attributes(named, sum) })).verdict).toBe("intact");
    }
    for (const name of ["1.2.156.10197.1.301", "1.2.156.10197.1.301.1", "1.2.840.10045.2.1"]) {
      expect(judge(await made({ algorithm: sequence(oid(name)), attributes: attributes(GM_DATA, sum) })).verdict).toBe("intact");
    }
    expect(judge(await made({ attributes: attributes("1.2.3.4", sum) })).verdict).toBe("invalid");
  });

  it("is intact: the digest inside with attributes over it, or over the content", async () => {
    expect(judge(await made({ inside: sum, attributes: attributes(GM_DATA, digest("sm3", sum)) })).verdict).toBe("intact");
    const loose = judge(await made({ inside: sum, attributes: attributes(GM_DATA, sum) }));
    expect([loose.verdict, loose.steps.find((step) => step.name === "内容摘要")?.result]).toEqual(["intact", "warn"]);
    expect(judge(await made({ inside: digest("sm3", utf8("x")), attributes: attributes(GM_DATA, sum) })).verdict).toBe("modified");
  });

  it("is not intact: a digest inside that is another's, however good its signature", async () => {
    const other = digest("sm3", utf8("别的"));
    expect(judge(await made({ inside: other, message: other })).verdict).toBe("modified");
    expect(judge(await made({ inside: other, message: sum })).verdict).not.toBe("intact");
  });
});

describe("third parties agree on what is signed", () => {
  it.skipIf(noOpenssl())("openssl, on attributes, digests and SM2 time stamps", async () => {
    const check = (message: Uint8Array, signature: Uint8Array, key: Certificate) => {
      const run = openssl(["dgst", "-sm3", "-verify", "k.pem", "-sigopt", "distid:1234567812345678", "-signature", "s", "m"], {
        "k.pem": writePem("PUBLIC KEY", writeSpki(key.publicKey)), s: signature, m: message,
      });
      run.done();
      return run.text.trim();
    };
    const c = take(readSignedData(await build({ shape: "c", signedAt: "2026-06-01T07:59:00Z" }))).signers[0]!;
    expect(check(c.signed!.bytes, c.signature, cert)).toBe("Verified OK");
    const a = take(readSignedData(await build({ shape: "a" }))).signers[0]!;
    expect(check(sum, a.signature, cert)).toBe("Verified OK");
    const reply = await buildTimeStampReply(buildTimeStampRequest("sm3", sum, 3n), {
      signer: signerOf(who, await issue(who, who, asStamper)), chain: [], policy: "1.2.3", serial: 1n, now: "2026-06-01T08:00:00Z",
    });
    const stamp = take(readTimeStamp(reply)).data;
    expect(check(stamp.signers[0]!.signed!.bytes, stamp.signers[0]!.signature, cert)).toBe("Verified OK");
    const parsed = openssl(["asn1parse", "-inform", "DER", "-in", "r"], { r: reply });
    parsed.done();
    expect(parsed.text).toContain("id-smime-ct-TSTInfo");
  });

  it("a second SM2 implementation, on the bare value of shape b", async () => {
    const b = take(readSignedData(await build({ shape: "b" }))).signers[0]!;
    const point = who.key.algorithm === "sm2" ? toHex(who.key.point) : "";
    const { r, s } = { r: BigInt(`0x${toHex(b.signature.subarray(0, 32))}`), s: BigInt(`0x${toHex(b.signature.subarray(32))}`) };
    expect(independentSm2.doVerifySignature([...sum], toHex(sequence(integer(r), integer(s))), point, { der: true, hash: true })).toBe(true);
  });
});
