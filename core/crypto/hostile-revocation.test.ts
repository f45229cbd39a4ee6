import { beforeAll, describe, expect, it } from "vitest";
import { bitString, certificateTime, contextExplicit, integer, octetString, oid, readDer, readSequence, sequence, utf8 } from "#core/formats";
import {
  buildOcspResponse,
  buildRevocationList,
  ocspStatusAt,
  readOcspResponse,
  readRevocationList,
  requestOcsp,
  revocationAt,
  validateChain,
  writePem,
  type Certificate,
  type OcspResponse,
  type OcspResponseContent,
  type RevocationList,
  type RevocationListContent,
} from "#core/crypto";
import { criticalExtension, extension } from "./certificate-build.ts";
import { asAuthority, issue, party, signerOf, take, type Party } from "./party.fixture.ts";
import { entropy, noOpenssl, openssl } from "./third-party.fixture.ts";

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
const listOf = async (more: Partial<RevocationListContent>): Promise<RevocationList> =>
  take(readRevocationList(await buildRevocationList({ issuer: root.name, number: 1, thisUpdate: "2026-05-30T00:00:00Z", nextUpdate: "2026-07-01T00:00:00Z", revoked: [], ...more }, root.signer)));
const answerOf = async (status: OcspResponseContent["answers"][number]["status"], thisUpdate: string, nextUpdate?: string): Promise<OcspResponse> =>
  take(readOcspResponse(await buildOcspResponse({
    issuer: rootCert, producedAt: thisUpdate, responder: "by name", certificates: [], answers: [{ serial: leaf.serial, status, thisUpdate, ...(nextUpdate === undefined ? {} : { nextUpdate }) }],
  }, signerOf(root, rootCert))));
const judge = (crls: readonly RevocationList[], ocsps: readonly OcspResponse[] = [], when = at) =>
  validateChain(leaf, [], [rootCert], { at: when, crls, ocsps, revocation: "required" }).verdict;

describe("SE9a a list without a next update", () => {
  const endless = async (): Promise<Uint8Array> => {
    const algorithm = sequence(oid("1.2.840.10045.4.3.2"));
    const tbs = sequence(integer(1), algorithm, root.name, certificateTime("2025-06-01T00:00:00Z"));
    return sequence(tbs, algorithm, bitString(await root.signer.sign(tbs)));
  };

  it("says nothing about later times, but much about its own and earlier ones", async () => {
    const list = take(readRevocationList(await endless()));
    expect(list.nextUpdate).toBeUndefined();
    const told = (when: string) => revocationAt(leaf, rootCert, [list], when);
    expect(told("2025-06-01T00:05:00Z")).toMatchObject({ status: "good" });
    expect(told("2025-03-01T00:00:00Z")).toMatchObject({ status: "good" });
    expect(told("2025-06-01T00:05:01Z")).toEqual({ status: "unknown", reason: "吊销列表没有写明下次更新时间，不能证明此后未被吊销" });
    expect(judge([list])).toBe("undecided");
    expect(judge([list, await listOf({})])).toBe("trusted");
  });

  it.skipIf(noOpenssl())("is such a list to openssl too", async () => {
    const shown = openssl(["crl", "-in", "l", "-noout", "-text"], { l: writePem("X509 CRL", await endless()) });
    shown.done();
    expect(shown.text).toContain("Next Update: NONE");
  });
});

describe("SE9a a hold that was taken back", () => {
  const hold = { serial: "", date: "2026-02-20T00:00:00Z", reason: "certificateHold" as const };
  const held = async () => listOf({ thisUpdate: "2026-03-01T00:00:00Z", nextUpdate: "2026-04-01T00:00:00Z", revoked: [{ ...hold, serial: leaf.serial }] });
  const goneFor = async (reason: "superseded" | "keyCompromise") => listOf({ thisUpdate: "2026-03-01T00:00:00Z", nextUpdate: "2026-04-01T00:00:00Z", revoked: [{ ...hold, serial: leaf.serial, reason }] });

  it("counts no more after a later list or answer says good, in whichever order they come", async () => {
    const free = await listOf({ thisUpdate: "2026-05-20T00:00:00Z" });
    for (const lists of [[await held(), free], [free, await held()]]) expect(judge(lists)).toBe("trusted");
    expect(judge([await held()], [await answerOf({ kind: "good" }, "2026-05-31T00:00:00Z", "2026-06-07T00:00:00Z")])).toBe("trusted");
    const heldAnswer = await answerOf({ kind: "revoked", date: hold.date, reason: hold.reason }, "2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z");
    expect(judge([free], [heldAnswer])).toBe("trusted");
  });

  it("counts while it lasted, and where what says good is older, later than the time asked about, or of no standing", async () => {
    const free = await listOf({ thisUpdate: "2026-05-20T00:00:00Z" });
    expect(judge([await held(), free], [], "2026-02-25T00:00:00Z")).toBe("invalid");
    expect(judge([await held(), free], [], "2026-05-01T00:00:00Z")).toBe("invalid");
    expect(judge([await held()])).toBe("invalid");
    expect(judge([await held(), await listOf({ thisUpdate: "2026-02-01T00:00:00Z" })])).toBe("invalid");
    const delta = [{ oid: "2.5.29.27", critical: true, value: integer(1) }];
    expect(judge([await held(), await listOf({ thisUpdate: "2026-05-20T00:00:00Z", further: delta })])).toBe("invalid");
    const again = await answerOf({ kind: "revoked", date: "2026-05-25T00:00:00Z", reason: "certificateHold" }, "2026-05-26T00:00:00Z", "2026-07-01T00:00:00Z");
    expect(judge([await held(), free], [again])).toBe("invalid");
  });

  it("is the only revocation that ends", async () => {
    const free = await listOf({ thisUpdate: "2026-05-20T00:00:00Z" });
    for (const reason of ["superseded", "keyCompromise"] as const) expect(judge([await goneFor(reason), free])).toBe("invalid");
    const bare = await listOf({ thisUpdate: "2026-03-01T00:00:00Z", revoked: [{ serial: leaf.serial, date: hold.date }] });
    expect(judge([bare, free])).toBe("invalid");
  });
});

describe("a list under the name of the issuer", () => {
  it("by another key, by a key that may not sign lists, or by the leaf itself neither revokes nor clears", async () => {
    const other: Party = { ...party("p256", "x"), name: root.name };
    const by = async (signer: Party, revoked: RevocationListContent["revoked"]) =>
      take(readRevocationList(await buildRevocationList({ issuer: root.name, number: 9, thisUpdate: "2026-05-30T00:00:00Z", nextUpdate: "2026-07-01T00:00:00Z", revoked }, signer.signer)));
    for (const signer of [other, user]) {
      expect(revocationAt(leaf, rootCert, [await by(signer, [])], at)).toEqual({ status: "unknown", reason: "吊销列表签名无效" });
      expect(revocationAt(leaf, rootCert, [await by(signer, [{ serial: leaf.serial, date: "2026-01-01T00:00:00Z" }])], at).status).toBe("unknown");
    }
    const mute = await issue(root, root, { ...asAuthority, keyUsage: ["keyCertSign"] });
    expect(revocationAt(leaf, mute, [await listOf({})], at)).toEqual({ status: "unknown", reason: "颁发者无权签发吊销列表" });
  });
});

describe("a list whose part is named by a directory name", () => {
  const point = (name: Uint8Array) => contextExplicit(0, contextExplicit(0, contextExplicit(4, name)));

  it("counts for the certificates that name it, as the lists of some Chinese authorities are cut", async () => {
    const [first, second] = [party("p256", "crl1").name, party("p256", "crl2").name];
    const pointed = await issue(user, root, { further: [{ oid: "2.5.29.31", critical: false, value: sequence(sequence(point(first))) }] });
    const partOf = (name: Uint8Array) => listOf({ further: [{ oid: "2.5.29.28", critical: true, value: sequence(point(name)) }] });
    expect(revocationAt(pointed, rootCert, [await partOf(first)], at)).toMatchObject({ status: "good" });
    expect(revocationAt(pointed, rootCert, [await partOf(second)], at)).toEqual({ status: "unknown", reason: "吊销列表只覆盖部分证书" });
    expect(revocationAt(leaf, rootCert, [await partOf(first)], at).status).toBe("unknown");
  });
});

describe("a response", () => {
  const signed = async (tbs: Uint8Array): Promise<Uint8Array> => sequence(tbs, sequence(oid("1.2.840.10045.4.3.2")), bitString(await root.signer.sign(tbs)));
  /** The honest one with extensions put to the answer or to the whole. */
  const withExtensions = async (single: readonly Uint8Array[], whole: readonly Uint8Array[]): Promise<OcspResponse> => {
    const honest = take(readOcspResponse(await buildOcspResponse({
      issuer: rootCert, producedAt: at, responder: "by name", certificates: [], answers: [{ serial: leaf.serial, status: { kind: "good" }, thisUpdate: at, nextUpdate: "2026-07-01T00:00:00Z" }],
    }, signerOf(root, rootCert))));
    const [responder, produced, answers] = take(readSequence(take(readDer(honest.tbs))));
    const fields = take(readSequence(take(readSequence(answers!))[0])).map(({ raw }) => raw);
    return take(readOcspResponse(await signed(sequence(
      responder!.raw, produced!.raw, sequence(sequence(...fields, ...(single.length === 0 ? [] : [contextExplicit(1, sequence(...single))]))),
      ...(whole.length === 0 ? [] : [contextExplicit(1, sequence(...whole))]),
    ))));
  };

  it("SE9a with a critical extension that is not understood proves nothing; what is understood or not critical is no matter", async () => {
    const value = octetString(utf8("x"));
    const told = async (single: readonly Uint8Array[], whole: readonly Uint8Array[]) => ocspStatusAt(leaf, rootCert, [await withExtensions(single, whole)], at);
    expect(await told([], [])).toMatchObject({ status: "good" });
    expect(await told([criticalExtension("1.2.3.4", value)], [])).toEqual({ status: "unknown", reason: "证书状态应答有不认识的关键扩展 1.2.3.4" });
    expect(await told([], [criticalExtension("1.2.3.4", value)])).toMatchObject({ status: "unknown" });
    expect(await told([extension("1.2.3.4", value)], [extension("1.2.3.5", value)])).toMatchObject({ status: "good" });
    expect(await told([], [criticalExtension("1.3.6.1.5.5.7.48.1.2", value)])).toMatchObject({ status: "good" });
  });

  it("that is old, names no end and echoes nothing is not taken from the network", async () => {
    const ask = async (thisUpdate: string) => {
      const body = (await answerOf({ kind: "good" }, thisUpdate)).raw;
      const got = await requestOcsp({ url: "http://ocsp.test/", post: async () => ({ status: 200, body }), certificate: leaf, issuer: rootCert, entropy, now: () => at });
      return got.ok ? "good" : got.error.code;
    };
    expect([await ask("2026-06-01T07:56:00Z"), await ask("2026-06-01T07:54:00Z"), await ask("2025-06-01T00:00:00Z")]).toEqual(["good", "ocsp.time", "ocsp.time"]);
  });

  it("with an answer for another certificate of the same number and another issuer is none", async () => {
    const other: Party = { ...party("p256", "x"), name: root.name };
    const otherCert = await issue(other, other, asAuthority);
    const same = await issue(user, other, { serial: leaf.serial });
    const response = await answerOf({ kind: "good" }, at, "2026-07-01T00:00:00Z");
    expect(ocspStatusAt(same, otherCert, [response], at)).toEqual({ status: "unknown", reason: "未检查吊销" });
  });
});
