import { beforeAll, describe, expect, it } from "vitest";
import { contextExplicit, equalBytes, integer, octetString, oid, sequence, utf8, type FormatError, type Result } from "#core/formats";
import {
  buildTimeStampReply,
  buildTimeStampRequest,
  digest,
  readTimeStamp,
  requestTimeStamp,
  verifyTimeStamp,
  writePem,
  type Certificate,
  type PostPort,
  type TimeStamp,
  type TimeStampAsking,
  type TimeStampAuthority,
} from "#core/crypto";
import { asAuthority, asStamper, issue, party, signerOf, take, type Kind, type Party } from "./party.fixture.ts";
import { entropy, noOpenssl, openssl } from "./third-party.fixture.ts";

const NOW = "2026-06-01T08:00:00Z";
const POLICY = "1.2.156.10197.1.999.1";
const content = utf8("签名值");
type Pki = { readonly root: Party; readonly rootCert: Certificate; readonly who: Party; readonly cert: Certificate };
const pkiOf = async (kind: Kind): Promise<Pki> => {
  const [root, who] = [party(kind, "根"), party(kind, "时间戳")];
  return { root, who, rootCert: await issue(root, root, asAuthority), cert: await issue(who, root, asStamper) };
};
const authorityOf = ({ who, cert, rootCert }: Pki, more: Partial<TimeStampAuthority> = {}): TimeStampAuthority => ({
  signer: signerOf(who, cert), chain: [rootCert.raw], policy: POLICY, serial: 7n, now: NOW, accuracy: 1, ...more,
});
const port = (answer: (body: Uint8Array) => Promise<Uint8Array> | Uint8Array): PostPort => async ({ body }) => ({ status: 200, body: await answer(body) });
const ask = (post: PostPort, more: Partial<TimeStampAsking> = {}): Promise<Result<TimeStamp, FormatError>> =>
  requestTimeStamp({ url: "http://tsa.test/", post, content: { bytes: content }, algorithm: "sha256", entropy, now: () => NOW, ...more });
const codeOf = async (outcome: Promise<Result<TimeStamp, FormatError>>): Promise<string> => {
  const result = await outcome;
  return result.ok ? "ok" : result.error.code;
};
const pki = {} as Record<Kind, Pki>;
beforeAll(async () => {
  for (const kind of ["sm2", "p256", "rsa"] as const) pki[kind] = await pkiOf(kind);
});

describe.each([["sm2", "sm3"], ["p256", "sha256"], ["rsa", "sha256"], ["rsa", "sm3"], ["p256", "sha512"]] as const)("an authority with a key of %s, stamping %s", (kind, algorithm) => {
  it("stamps what the client then accepts, trust included, and keeps as a token", async () => {
    const authority = authorityOf(pki[kind]);
    const got = take(await ask(port((body) => buildTimeStampReply(body, authority)), {
      algorithm, policy: POLICY, trust: { anchors: [pki[kind].rootCert], crls: [] },
    }));
    expect([got.time, got.policy, got.digest]).toEqual([NOW, POLICY, algorithm]);
    const kept = take(readTimeStamp(got.token));
    const verdict = verifyTimeStamp(kept, { bytes: content });
    expect([verdict.verdict, verdict.steps.filter((step) => step.result !== "pass")]).toEqual(["intact", []]);
    expect(verifyTimeStamp(kept, { bytes: utf8("别的") }).verdict).toBe("modified");
  });
});

describe("a client whose authority fails or lies", () => {
  const honest = (more: Partial<TimeStampAuthority> = {}) => port((body) => buildTimeStampReply(body, authorityOf(pki.p256, more)));

  it("says that there was no answer, or a bad one", async () => {
    expect(await codeOf(ask(async () => { throw new Error("ECONNREFUSED"); }))).toBe("tsa.unreachable");
    expect(await codeOf(ask(async () => ({ status: 503, body: new Uint8Array(0) })))).toBe("tsa.http");
    for (const body of [new Uint8Array(0), utf8("<html>login</html>"), sequence(), sequence(sequence(integer(0)), sequence()), new Uint8Array(2_000_000)]) {
      expect(await codeOf(ask(port(() => body)))).toMatch(/^tsa\.(malformed|refused)$/);
    }
  });

  it("refuses an old or a future time, whatever the authority signs", async () => {
    expect(await codeOf(ask(honest({ now: "2026-06-01T07:54:59Z" })))).toBe("tsa.time");
    expect(await codeOf(ask(honest({ now: "2026-06-01T08:05:01Z" })))).toBe("tsa.time");
    expect(await codeOf(ask(honest({ now: "2026-06-01T08:05:00Z" })))).toBe("ok");
    expect(await codeOf(ask(honest({ now: "2026-06-01T08:00:30Z" }), { tolerance: 10 }))).toBe("tsa.time");
    expect(await codeOf(ask(honest(), { now: () => "no clock" }))).toBe("tsa.time");
  });

  it("refuses a stamp of other data, an old answer and another policy", async () => {
    const authority = authorityOf(pki.p256);
    const stampOf = (nonce: bigint, what: Uint8Array) => buildTimeStampReply(buildTimeStampRequest("sha256", digest("sha256", what), nonce), authority);
    expect(await codeOf(ask(port(() => stampOf(1n, utf8("别的")))))).toBe("tsa.imprint");
    expect(await codeOf(ask(port(() => stampOf(1n, content))))).toBe("tsa.nonce");
    const noNonce = sequence(integer(1), sequence(sequence(oid("2.16.840.1.101.3.4.2.1")), octetString(digest("sha256", content))));
    expect(await codeOf(ask(port(() => buildTimeStampReply(noNonce, authority))))).toBe("tsa.nonce");
    expect(await codeOf(ask(honest(), { policy: "1.2.3.4" }))).toBe("tsa.refused");
  });

  it("refuses a certificate that is not an authority's, is not trusted, or had run out", async () => {
    const { root, who, rootCert } = pki.p256;
    const with_ = async (more: Parameters<typeof issue>[2]) => honest({ signer: signerOf(who, await issue(who, root, { ...asStamper, ...more })) });
    expect(await codeOf(ask(await with_({ extKeyUsage: { oids: ["1.3.6.1.5.5.7.3.8"] } })))).toBe("tsa.certificate");
    expect(await codeOf(ask(await with_({ extKeyUsage: { oids: ["1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.4"], critical: true } })))).toBe("tsa.certificate");
    expect(await codeOf(ask(await with_({ notAfter: "2026-01-01T00:00:00Z" })))).toBe("tsa.certificate");
    expect(await codeOf(ask(honest(), { trust: { anchors: [pki.sm2.rootCert], crls: [] } }))).toBe("tsa.certificate");
    expect(await codeOf(ask(honest(), { trust: { anchors: [rootCert], crls: [], revocation: "required" } }))).toBe("tsa.certificate");
    expect(await codeOf(ask(honest({ signer: { ...pki.sm2.who.signer, certificate: pki.p256.cert.raw } })))).toBe("tsa.signature");
  });

  it("never accepts an answer with a byte changed in its signed part", async () => {
    const { rootCert } = pki.p256;
    let honest: Uint8Array = new Uint8Array(800);
    const outcomes = new Set<string>();
    const accepted: boolean[] = [];
    for (let at = 0; at < honest.length; at += 7) {
      const result = await ask(async ({ body }) => {
        honest = await buildTimeStampReply(body, authorityOf(pki.p256, { chain: [] }));
        return { status: 200, body: honest.map((byte, i) => (i === at ? byte ^ 0x21 : byte)) };
      }, { trust: { anchors: [rootCert], crls: [] } });
      outcomes.add(result.ok ? "ok" : result.error.code);
      // A few bytes lie outside of every signature (version numbers, the list of digests): what the stamp says is not among them.
      if (result.ok) accepted.push(equalBytes(result.value.data.content!, take(readTimeStamp(honest)).data.content!));
    }
    expect(accepted.every(Boolean)).toBe(true);
    expect(accepted.length).toBeLessThan(5);
    expect(outcomes.size).toBeGreaterThan(3);
  });
});

describe("an authority asked badly", () => {
  const reply = async (request: Uint8Array, more: Partial<TimeStampAuthority> = {}) => {
    const read = readTimeStamp(await buildTimeStampReply(request, authorityOf(pki.p256, more)));
    return read.ok ? "granted" : `${read.error.code} ${read.error.message}`;
  };
  const imprint = (name: string, bytes: Uint8Array) => sequence(sequence(oid(name)), octetString(bytes));
  const sha256 = imprint("2.16.840.1.101.3.4.2.1", new Uint8Array(32));

  it("refuses with the reason, and does not throw", async () => {
    expect(await reply(utf8("x"))).toContain("请求格式不正确");
    expect(await reply(new Uint8Array(100_000))).toContain("请求格式不正确");
    expect(await reply(sequence(integer(2), sha256))).toContain("请求不被允许");
    expect(await reply(sequence(integer(1), imprint("1.3.14.3.2.26", new Uint8Array(20))))).toContain("不支持的摘要算法");
    expect(await reply(sequence(integer(1), imprint("1.2.3", new Uint8Array(20))))).toContain("不支持的摘要算法");
    expect(await reply(sequence(integer(1), imprint("2.16.840.1.101.3.4.2.1", new Uint8Array(31))))).toContain("请求格式不正确");
    expect(await reply(sequence(integer(1), sha256, oid("1.2.3")))).toContain("不支持的时间戳策略");
    expect(await reply(sequence(integer(1), sha256, contextExplicit(0, sequence())))).toContain("不支持的扩展");
    expect(await reply(sequence(integer(1), sha256, sequence()))).toContain("请求格式不正确");
    expect(await reply(sequence(integer(1), sha256), { now: "?" })).toContain("时间源不可用");
    expect(await reply(sequence(integer(1), sha256))).toBe("granted");
  });

  it("sends no certificate to who wants none", async () => {
    const read = take(readTimeStamp(await buildTimeStampReply(sequence(integer(1), sha256), authorityOf(pki.p256))));
    expect(read.data.certificates).toEqual([]);
  });
});

describe.skipIf(noOpenssl())("openssl", () => {
  it.each([["rsa", "sha256"], ["rsa", "sm3"], ["p256", "sha256"], ["p256", "sha512"]] as const)("accepts what an authority with %s stamps over %s, and refuses it for other data", async (kind, algorithm) => {
    const request = buildTimeStampRequest(algorithm, digest(algorithm, content), 0xf1234567n);
    const reply = await buildTimeStampReply(request, authorityOf(pki[kind]));
    const verify = (data: Uint8Array, more: readonly string[], stamp: Uint8Array) => {
      const run = openssl(["ts", "-verify", ...more, "-in", "r", "-CAfile", "ca.pem", "-attime", String(Date.parse(NOW) / 1000)], {
        r: stamp, q: request, m: data, "ca.pem": writePem("CERTIFICATE", pki[kind].rootCert.raw),
      });
      run.done();
      return run.text;
    };
    expect(verify(content, ["-queryfile", "q"], reply)).toContain("Verification: OK");
    expect(verify(content, ["-data", "m"], reply)).toContain("Verification: OK");
    expect(verify(content, ["-data", "m", "-token_in"], take(readTimeStamp(reply)).token)).toContain("Verification: OK");
    expect(verify(utf8("别的"), ["-data", "m"], reply)).toContain("Verification: FAILED");
  });

  it("reads a refusal as one", async () => {
    const run = openssl(["ts", "-reply", "-in", "r", "-text"], { r: await buildTimeStampReply(utf8("x"), authorityOf(pki.rsa)) });
    run.done();
    expect(run.text).toMatch(/Status: Rejected[\s\S]*data submitted has the wrong format|Rejected/i);
  });
});
