import { beforeAll, describe, expect, it } from "vitest";
import { contextExplicit, enumerated, nullValue, octetString, oid, sequence, toHex, utf8 } from "#core/formats";
import {
  answerOcspRequest,
  buildOcspRequest,
  buildOcspResponse,
  buildRevocationList,
  ocspStatusAt,
  readCertificate,
  readOcspRequest,
  readOcspResponse,
  readRevocationList,
  requestOcsp,
  validateChain,
  writePem,
  type Certificate,
  type CertificateContent,
  type OcspAsking,
  type OcspResponse,
  type OcspResponseContent,
  type PostPort,
} from "#core/crypto";
import { asAuthority, issue, party, signerOf, take, type Kind, type Party } from "./party.fixture.ts";
import { entropy, noOpenssl, openssl, shell } from "./third-party.fixture.ts";

const T = "2026-06-01T08:00:00Z";
const after = "2026-07-01T00:00:00Z";
const asResponder: Partial<CertificateContent> = { extKeyUsage: { oids: ["1.3.6.1.5.5.7.3.9"] }, keyUsage: ["digitalSignature"], ocspNoCheck: true };
type Status = OcspResponseContent["answers"][number]["status"];
type Pki = { root: Party; rootCert: Certificate; who: Party; cert: Certificate; responder: Party; responderCert: Certificate };
const pki = {} as Record<Kind, Pki>;
beforeAll(async () => {
  for (const kind of ["sm2", "p256", "rsa"] as const) {
    const [root, who, responder] = [party(kind, "根"), party(kind, "用户"), party(kind, "状态")];
    pki[kind] = {
      root, who, responder, rootCert: await issue(root, root, asAuthority), cert: await issue(who, root), responderCert: await issue(responder, root, asResponder),
    };
  }
});
const revoked = (date: string, more: Partial<Extract<Status, { kind: "revoked" }>> = {}): Status => ({ kind: "revoked", date, ...more });
const answer = async (status: Status, more: Partial<OcspResponseContent["answers"][number]> = {}, by: "issuer" | "delegate" = "delegate", kind: Kind = "p256") => {
  const { root, rootCert, cert, responder, responderCert } = pki[kind];
  const signer = by === "issuer" ? signerOf(root, rootCert) : signerOf(responder, responderCert);
  return buildOcspResponse({
    issuer: rootCert, producedAt: T, responder: by === "issuer" ? "by name" : "by key", certificates: by === "issuer" ? [] : [responderCert.raw],
    answers: [{ serial: cert.serial, status, thisUpdate: T, nextUpdate: after, ...more }],
  }, signer);
};
const told = async (response: Promise<Uint8Array> | Uint8Array, at = T, kind: Kind = "p256") =>
  ocspStatusAt(pki[kind].cert, pki[kind].rootCert, [take(readOcspResponse(await response))], at);
const judge = (ocsps: readonly OcspResponse[], more: Partial<Parameters<typeof validateChain>[3]> = {}, leaf = pki.p256.cert) =>
  validateChain(leaf, [], [pki.p256.rootCert], { at: T, crls: [], ocsps, revocation: "required", ...more });

describe.each(["sm2", "p256", "rsa"] as const)("a responder with keys of %s", (kind) => {
  it.each(["issuer", "delegate"] as const)("is believed as %s: good, revoked, unknown", async (by) => {
    expect(await told(answer({ kind: "good" }, {}, by, kind), T, kind)).toMatchObject({ status: "good" });
    expect(await told(answer(revoked("2026-05-01T00:00:00Z", { reason: "superseded" }), {}, by, kind), T, kind)).toMatchObject({
      status: "revoked", date: "2026-05-01T00:00:00Z", reason: "superseded",
    });
    expect(await told(answer({ kind: "unknown" }, {}, by, kind), T, kind)).toEqual({ status: "unknown", reason: "应答者不知道此证书" });
  });
});

describe("judging by responses", () => {
  it("tells which evidence was used, and prefers knowing to not knowing", async () => {
    const good = take(readOcspResponse(await answer({ kind: "good" })));
    const verdict = judge([take(readOcspResponse(await answer({ kind: "unknown" }))), good]);
    expect(verdict.verdict).toBe("trusted");
    expect(verdict.evidence).toEqual([{ certificate: pki.p256.cert, issuer: pki.p256.rootCert, status: "good", source: { kind: "ocsp", response: good } }]);
    expect(judge([]).verdict).toBe("undecided");
    expect(judge([]).evidence).toEqual([]);
  });

  it("lets a revocation win over a good answer, list or response", async () => {
    const { root, cert } = pki.p256;
    const good = take(readOcspResponse(await answer({ kind: "good" })));
    const gone = take(readOcspResponse(await answer(revoked("2026-05-01T00:00:00Z"))));
    expect(judge([good, gone]).verdict).toBe("invalid");
    const list = take(readRevocationList(await buildRevocationList({ issuer: root.name, number: 1, thisUpdate: T, nextUpdate: after, revoked: [{ serial: cert.serial, date: T }] }, root.signer)));
    expect(judge([good], { crls: [list] }).verdict).toBe("invalid");
    expect(judge([gone], { crls: [{ ...list, revoked: new Map() }] }).verdict).toBe("invalid");
  });

  it("judges at the time asked about: revoked later is no matter, unless the key was lost and the time is a claim", async () => {
    const later = async (more: Partial<Extract<Status, { kind: "revoked" }>>) => take(readOcspResponse(await answer(revoked("2026-06-20T00:00:00Z", more))));
    expect(judge([await later({ reason: "superseded" })]).verdict).toBe("trusted");
    expect(judge([await later({})]).verdict).toBe("trusted");
    const lost = await later({ reason: "keyCompromise" });
    expect(judge([lost]).verdict).toBe("undecided");
    expect(judge([lost], { time: "proven" }).verdict).toBe("trusted");
    expect(judge([lost], { time: "proven" }).steps.find((step) => step.name === "吊销")?.result).toBe("warn");
    const since = await later({ reason: "keyCompromise", invalidityDate: "2026-05-30T00:00:00Z" });
    expect(judge([since], { time: "proven" }).verdict).toBe("invalid");
    expect(judge([lost], { at: "2026-06-20T00:00:00Z", time: "proven" }).verdict).toBe("invalid");
  });

  it("does not count an answer that had run out, or came when the certificate was already gone from the books", async () => {
    expect(await told(answer({ kind: "good" }), "2026-07-01T00:00:01Z")).toMatchObject({ status: "unknown", reason: "证书状态应答已过期" });
    expect(await told(answer({ kind: "good" }), "2026-05-01T00:00:00Z")).toMatchObject({ status: "good" });
    const open = await buildOcspResponse({
      issuer: pki.p256.rootCert, producedAt: T, responder: "by name", certificates: [], answers: [{ serial: pki.p256.cert.serial, status: { kind: "good" }, thisUpdate: T }],
    }, signerOf(pki.p256.root, pki.p256.rootCert));
    expect(await told(open, "2026-06-01T08:05:00Z")).toMatchObject({ status: "good" });
    expect(await told(open, "2026-06-01T08:05:01Z")).toMatchObject({ status: "unknown" });
    const { root, who, rootCert } = pki.p256;
    const old = await issue(who, root, { notAfter: "2026-05-31T00:00:00Z", serial: pki.p256.cert.serial });
    const response = take(readOcspResponse(await answer({ kind: "good" })));
    expect(ocspStatusAt(old, rootCert, [response], "2026-05-01T00:00:00Z")).toMatchObject({ status: "unknown" });
  });

  it("believes no stranger, no leaf of the same issuer, and no delegate of another one or out of its time", async () => {
    const { root, rootCert, who, cert, responder } = pki.p256;
    const by = async (certificate: Certificate, key: Party) => told(buildOcspResponse({
      issuer: rootCert, producedAt: T, responder: "by name", certificates: [certificate.raw], answers: [{ serial: cert.serial, status: { kind: "good" }, thisUpdate: T, nextUpdate: after }],
    }, signerOf(key, certificate)));
    const stranger: Party = { ...party("p256", "x"), name: root.name };
    expect(await by(cert, who)).toMatchObject({ status: "unknown" });
    expect(await by(await issue(responder, responder, asResponder), responder)).toMatchObject({ status: "unknown" });
    expect(await by(await issue(responder, stranger, asResponder), responder)).toMatchObject({ status: "unknown" });
    expect(await by(await issue(stranger, stranger, asResponder), stranger)).toMatchObject({ status: "unknown" });
    expect(await by(await issue(responder, root, { ...asResponder, notAfter: "2026-05-01T00:00:00Z" }), responder)).toMatchObject({ status: "unknown", reason: "应答者证书在应答时不在有效期内" });
    expect(await by(await issue(responder, root, { ...asResponder, keyUsage: ["keyEncipherment"] }), responder)).toMatchObject({ status: "unknown" });
    expect(await by(await issue(responder, root, asResponder), responder)).toMatchObject({ status: "good" });
  });

  it("does not believe a delegate that a list revokes, unless its issuer waived asking", async () => {
    const { root, rootCert, cert, responder } = pki.p256;
    const { ocspNoCheck: _, ...plain } = asResponder;
    for (const [more, verdict] of [[plain, "undecided"], [asResponder, "trusted"]] as const) {
      const delegate = await issue(responder, root, more);
      const list = take(readRevocationList(await buildRevocationList({ issuer: root.name, number: 1, thisUpdate: "2026-01-02T00:00:00Z", nextUpdate: "2026-01-03T00:00:00Z", revoked: [{ serial: delegate.serial, date: "2026-01-01T00:00:00Z" }] }, root.signer)));
      const response = take(readOcspResponse(await buildOcspResponse({
        issuer: rootCert, producedAt: T, responder: "by key", certificates: [delegate.raw], answers: [{ serial: cert.serial, status: { kind: "good" }, thisUpdate: T, nextUpdate: after }],
      }, signerOf(responder, delegate))));
      expect(judge([response], { crls: [list] }).verdict).toBe(verdict);
    }
  });

  it("is never moved by a changed byte", async () => {
    const bytes = await answer(revoked("2026-05-01T00:00:00Z"));
    const outcomes = new Set<string>();
    for (let at = 0; at < bytes.length; at += 5) {
      const read = readOcspResponse(bytes.map((byte, i) => (i === at ? byte ^ 0x11 : byte)));
      outcomes.add(read.ok ? ocspStatusAt(pki.p256.cert, pki.p256.rootCert, [read.value], T).status : read.error.code);
    }
    // Nothing in it is free: a change is either unreadable or unbelieved.
    expect([...outcomes].sort()).not.toContain("good");
    expect(outcomes.has("unknown")).toBe(true);
    expect(await told(bytes)).toMatchObject({ status: "revoked" });
    for (let length = 0; length < bytes.length; length += 13) expect(readOcspResponse(bytes.subarray(0, length)).ok).toBe(false);
  });
});

describe("reading", () => {
  it("takes the basic response alone, and refuses what is none", async () => {
    const whole = await answer({ kind: "good" });
    const basic = whole.subarray(toHex(whole).indexOf("2b0601050507300101") / 2 + 9 + 4);
    expect(take(readOcspResponse(basic)).answers).toHaveLength(1);
    expect(take(readOcspResponse(take(readOcspResponse(basic)).raw)).producedAt).toBe(T);
    for (const bad of [new Uint8Array(0), utf8("<html>"), nullValue(), sequence(), sequence(enumerated(0)), sequence(enumerated(0), contextExplicit(0, sequence(oid("1.3.6.1.5.5.7.48.1.1"), octetString(sequence()))))]) {
      expect(readOcspResponse(bad)).toMatchObject({ error: { code: "ocsp.malformed" } });
    }
    expect(readOcspResponse(sequence(enumerated(3)))).toMatchObject({ error: { code: "ocsp.refused", message: "证书状态服务没有应答：暂时无法应答" } });
  });
});

describe("asking", () => {
  const answering = (status: Status | undefined, more: object = {}): PostPort => async ({ body }) => ({
    status: 200,
    body: await answerOcspRequest(body, {
      issuer: pki.p256.rootCert, producedAt: T, nextUpdate: after, responder: "by key", certificates: [pki.p256.responderCert.raw],
      signer: signerOf(pki.p256.responder, pki.p256.responderCert), statusOf: () => status, ...more,
    }),
  });
  const ask = async (post: PostPort, more: Partial<OcspAsking> = {}) => {
    const result = await requestOcsp({ url: "http://ocsp.test/", post, certificate: pki.p256.cert, issuer: pki.p256.rootCert, entropy, now: () => T, ...more });
    return result.ok ? result.value.answers[0]!.status.kind : result.error.code;
  };

  it("gets the answer, by every digest", async () => {
    for (const algorithm of ["sha1", "sha256", "sm3"] as const) expect(await ask(answering({ kind: "good" }), { algorithm })).toBe("good");
    expect(await ask(answering(revoked(T)))).toBe("revoked");
    expect(await ask(answering(undefined))).toBe("unknown");
  });

  it("tells what went wrong", async () => {
    expect(await ask(async () => { throw new Error("ENOTFOUND"); })).toBe("ocsp.unreachable");
    expect(await ask(async () => ({ status: 500, body: new Uint8Array(0) }))).toBe("ocsp.http");
    expect(await ask(async () => ({ status: 200, body: utf8("no") }))).toBe("ocsp.malformed");
    expect(await ask(answering({ kind: "good" }, { issuer: pki.sm2.rootCert }))).toBe("ocsp.refused");
    expect(await ask(answering({ kind: "good" }, { signer: { ...pki.sm2.who.signer, certificate: pki.p256.responderCert.raw } }))).toBe("ocsp.signature");
    expect(await ask(answering({ kind: "good" }, { producedAt: "2026-06-01T08:05:01Z" }))).toBe("ocsp.time");
    expect(await ask(answering({ kind: "good" }, { nextUpdate: "2026-06-01T07:00:00Z" }))).toBe("ocsp.time");
    const stored = await answer({ kind: "good" });
    expect(await ask(async () => ({ status: 200, body: stored }))).toBe("good");
    const replayed = (await answering({ kind: "good" })({ url: "", contentType: "", accept: "", body: buildOcspRequest(pki.p256.cert, pki.p256.rootCert, "sha1", new Uint8Array(16)) })).body;
    expect(await ask(async () => ({ status: 200, body: replayed }))).toBe("ocsp.nonce");
    const other = await issue(party("p256", "乙"), pki.p256.root);
    expect(await ask(async () => ({ status: 200, body: stored }), { certificate: other })).toBe("ocsp.other");
  });

  it("refuses bad questions without an exception", async () => {
    for (const bad of [new Uint8Array(0), utf8("x"), sequence(), sequence(sequence(sequence())), buildOcspRequest(pki.p256.cert, pki.p256.rootCert, "sha1", new Uint8Array(200))]) {
      expect(readOcspRequest(bad).ok).toBe(false);
      const reply = await answering({ kind: "good" })({ url: "", contentType: "", accept: "", body: bad });
      expect(readOcspResponse(reply.body)).toMatchObject({ error: { code: "ocsp.refused" } });
    }
  });
});

describe.skipIf(noOpenssl())("openssl agrees", () => {
  it.each([["rsa", "issuer"], ["rsa", "delegate"], ["p256", "issuer"], ["p256", "delegate"]] as const)("with responses of %s by the %s", async (kind, by) => {
    const { rootCert, cert } = pki[kind];
    const check = async (status: Status) => {
      const run = openssl(["ocsp", "-respin", "r", "-issuer", "ca.pem", "-cert", "leaf.pem", "-CAfile", "ca.pem", "-attime", String(Date.parse(T) / 1000)], {
        r: await answer(status, { nextUpdate: "2055-01-01T00:00:00Z", thisUpdate: "2025-06-01T00:00:00Z" }, by, kind),
        "ca.pem": writePem("CERTIFICATE", rootCert.raw), "leaf.pem": writePem("CERTIFICATE", cert.raw),
      });
      run.done();
      return run.text;
    };
    const good = await check({ kind: "good" });
    expect(good).toContain("Response verify OK");
    expect(good).toContain("leaf.pem: good");
    const gone = await check(revoked("2025-05-01T00:00:00Z", { reason: "keyCompromise" }));
    expect(gone).toContain("leaf.pem: revoked");
    expect(gone).toContain("Reason: keyCompromise");
  });

  it("with its own responses, and reads our questions", async () => {
    const { root: _, rootCert, cert } = pki.rsa;
    const question = buildOcspRequest(cert, rootCert, "sha256", entropy(16));
    const read = openssl(["ocsp", "-reqin", "q", "-req_text"], { q: question });
    read.done();
    expect(read.text).toContain(`Serial Number: ${cert.serial.toUpperCase()}`);
    expect(read.text).toContain("OCSP Nonce");
    const made = shell(`
      openssl req -x509 -new -nodes -newkey rsa:2048 -keyout ca.key -out ca.pem -subj /CN=ca -days 3650 2>/dev/null
      openssl req -new -nodes -newkey rsa:2048 -keyout u.key -out u.csr -subj /CN=u 2>/dev/null
      openssl x509 -req -in u.csr -CA ca.pem -CAkey ca.key -set_serial 0x1234 -days 3000 -out u.pem 2>/dev/null
      printf 'R\\t350101000000Z\\t240102000000Z,keyCompromise\\t1234\\tunknown\\t/CN=u\\n' > revoked.txt
      printf 'V\\t350101000000Z\\t\\t1234\\tunknown\\t/CN=u\\n' > valid.txt
      openssl ocsp -issuer ca.pem -cert u.pem -reqout q 2>/dev/null
      for one in revoked valid; do openssl ocsp -index $one.txt -rsigner ca.pem -rkey ca.key -CA ca.pem -reqin q -respout $one.der -ndays 3 2>/dev/null; done
      for one in ca u; do openssl x509 -in $one.pem -outform DER -out $one.der; done
    `);
    const [issuer, leaf, gone, good] = ["ca.der", "u.der", "revoked.der", "valid.der"].map((name) => made.read(name));
    made.done();
    const certificate = (der: Uint8Array) => take(readCertificate(der));
    const now = new Date().toISOString();
    const status = (der: Uint8Array) => ocspStatusAt(certificate(leaf!), certificate(issuer!), [take(readOcspResponse(der))], now);
    expect(status(good!)).toMatchObject({ status: "good" });
    expect(status(gone!)).toMatchObject({ status: "revoked", date: "2024-01-02T00:00:00Z", reason: "keyCompromise" });
  });
});
