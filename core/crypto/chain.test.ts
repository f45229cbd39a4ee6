import { beforeAll, describe, expect, it } from "vitest";
import { bitString, boolean, contextExplicit, contextImplicit, ia5String, integer, octetString, oid, sequence, toHex } from "#core/formats";
import {
  buildCertificate,
  buildRevocationList,
  readCertificate,
  readPem,
  readRevocationList,
  revocationAt,
  validateChain,
  writePem,
  type Certificate,
  type RevocationListContent,
} from "#core/crypto";
import { asAuthority, issue, party, take, type Kind, type Party } from "./party.fixture.ts";
import { noOpenssl, noSamples, openssl, sampleText, shell } from "./third-party.fixture.ts";

const at = "2026-06-01T00:00:00Z";
const certificateOf = (pem: string): Certificate => take(readCertificate(take(readPem(pem)).at(-1)!.bytes));

let root: Party;
let rootCert: Certificate;
let user: Party;
let leaf: Certificate;
beforeAll(async () => {
  [root, user] = [party("p256", "根"), party("sm2", "用户")];
  rootCert = await issue(root, root, asAuthority);
  leaf = await issue(user, root);
});
const judge = (target: Certificate, pool: readonly Certificate[] = [], more: Partial<Parameters<typeof validateChain>[3]> = {}, anchors = [rootCert]) =>
  validateChain(target, pool, anchors, { at, crls: [], ...more });
const failures = (verdict: ReturnType<typeof judge>) => verdict.steps.filter((step) => step.result === "fail").map((step) => step.name);

describe("keys that cannot be", () => {
  const replaced = (certificate: Certificate, from: Uint8Array, to: Uint8Array): Uint8Array => {
    const start = toHex(certificate.raw).indexOf(toHex(from)) / 2;
    expect(start).toBeGreaterThan(0);
    return certificate.raw.map((byte, i) => (i >= start && i < start + to.length ? to[i - start]! : byte));
  };

  it.each(["sm2", "p256"] as const)("a point beside the curve, at nought, compressed, of the other curve: %s", async (kind) => {
    const own = party(kind, "甲");
    const certificate = await issue(own, own, asAuthority);
    const point = own.key.algorithm === kind ? (own.key as { point: Uint8Array }).point : new Uint8Array(65);
    const other = (party(kind === "sm2" ? "p256" : "sm2", "乙").key as { point: Uint8Array }).point;
    const bad = [
      point.map((byte, i) => (i === 64 ? byte ^ 1 : byte)),
      Uint8Array.of(4, ...new Uint8Array(64)),
      Uint8Array.of(4, ...new Uint8Array(64).fill(0xff)),
      point.map((byte, i) => (i === 0 ? 2 : byte)),
      point.map((byte, i) => (i === 0 ? 0 : byte)),
      other,
    ];
    for (const to of bad) expect(readCertificate(replaced(certificate, point, to))).toMatchObject({ error: { code: "x509.public-key" } });
    expect(readCertificate(replaced(certificate, point, point)).ok).toBe(true);
  });

  it.skipIf(noOpenssl())("a curve that is not known: told as not decided, never as good", () => {
    const made = shell("openssl req -x509 -new -nodes -newkey ec -pkeyopt ec_paramgen_curve:secp256k1 -keyout k -out c.pem -subj /CN=k1 -days 3650 -sha256 2>/dev/null");
    const certificate = certificateOf(Buffer.from(made.read("c.pem")).toString());
    made.done();
    expect(certificate.publicKey).toEqual({ algorithm: "unknown", oid: "1.3.132.0.10" });
    expect(judge(certificate, [], { at: certificate.notBefore }).verdict).not.toBe("trusted");
  });

  it.skipIf(noSamples("tongsuo"))("a self-signed SM2 certificate without Z does not hold under itself as an issuer", () => {
    const without = certificateOf(sampleText("tongsuo/sm2-noza-cert.pem"));
    const verdict = judge(without, [without], { at: without.notBefore }, []);
    expect(verdict.verdict).not.toBe("trusted");
    const leafCert = certificateOf(sampleText("tongsuo/sm2-leaf.crt"));
    const others = take(readPem(sampleText("tongsuo/sm2-chain-ca.crt"))).map((block) => take(readCertificate(block.bytes)));
    expect(judge(leafCert, others, { at: leafCert.notBefore }, [certificateOf(sampleText("tongsuo/sm2-root-cert.pem"))]).verdict).not.toBe("trusted");
  });

  it("a signature algorithm that does not fit the issuer's key", async () => {
    const wrong = take(readCertificate(await buildCertificate({
      serial: "77", issuer: root.name, subject: user.name, notBefore: "2025-01-01T00:00:00Z", notAfter: "2030-01-01T00:00:00Z", publicKey: user.key, keyUsage: ["digitalSignature"],
    }, { ...party("sm2", "x").signer })));
    expect(judge(wrong).verdict).toBe("undecided");
  });
});

describe("what an issuer may do", () => {
  const nameConstraints = sequence(contextExplicit(0, sequence(contextImplicit(2, ia5String("example.cn")))));

  it("a critical extension that is not understood makes the path undecided, on whichever certificate", async () => {
    const middle = party("sm2", "中级");
    const further = [{ oid: "2.5.29.30", critical: true, value: nameConstraints }];
    const constrained = await issue(middle, root, { ...asAuthority, further });
    const below = await issue(user, middle);
    expect(constrained.unknownCritical).toEqual(["2.5.29.30"]);
    expect(judge(below, [constrained]).verdict).toBe("undecided");
    const told = judge(below, [await issue(middle, root, { ...asAuthority, further: [{ ...further[0]!, critical: false }] })]);
    expect([told.verdict, told.steps.filter(({ name }) => name === "名称约束").map(({ result }) => result)]).toEqual(["trusted", ["warn"]]);
    const open = await issue(middle, root, asAuthority);
    expect(judge(below, [constrained, open]).verdict).toBe("trusted");
    expect(judge(await issue(user, root, { further: [{ oid: "1.2.156.10260.4.1.1", critical: true, value: octetString(new Uint8Array(1)) }] })).verdict).toBe("undecided");
    expect(judge(await issue(user, root, { further: [{ oid: "1.2.156.10260.4.1.1", critical: false, value: octetString(new Uint8Array(1)) }] })).verdict).toBe("trusted");
    const policies = sequence(sequence(oid("1.2.156.10197.1.1")));
    expect(judge(await issue(user, root, { further: [{ oid: "2.5.29.32", critical: true, value: policies }] })).verdict).toBe("trusted");
  });

  it("path length counts authorities between, not self-issued ones", async () => {
    const [a, b, c] = [party("p256", "一"), party("p256", "二"), party("p256", "三")];
    const aCert = await issue(a, root, { ...asAuthority, authority: { pathLength: 1 } });
    const bCert = await issue(b, a, { ...asAuthority, authority: { pathLength: 0 } });
    const renewed: Party = { ...party("p256", "x"), name: a.name };
    const selfIssued = await issue(renewed, a, asAuthority);
    const bByRenewed = await issue(b, renewed, asAuthority);
    const cCert = await issue(c, b, asAuthority);
    expect(judge(await issue(user, b), [aCert, bCert]).verdict).toBe("trusted");
    expect(judge(await issue(user, b), [aCert, selfIssued, bByRenewed]).verdict).toBe("trusted");
    const deep = judge(await issue(user, c), [aCert, bCert, cCert]);
    expect([deep.verdict, new Set(failures(deep))]).toEqual(["invalid", new Set(["颁发权限"])]);
  });

  it("an end entity with keyCertSign but no CA flag, or a CA without keyCertSign, issues nothing", async () => {
    const middle = party("p256", "中");
    for (const more of [{ keyUsage: ["keyCertSign"] as const }, { authority: {}, keyUsage: ["digitalSignature"] as const }]) {
      expect(failures(judge(await issue(user, middle), [await issue(middle, root, more)]))).toContain("颁发权限");
    }
  });

  it("finds the sound path among cross-signed authorities, and ends among loops and thousands of namesakes", async () => {
    const [a, b] = [party("p256", "甲所"), party("p256", "乙所")];
    const pool = [await issue(a, b, asAuthority), await issue(b, a, asAuthority), await issue(a, a, asAuthority), await issue(b, b, asAuthority)];
    const below = await issue(user, a);
    expect(judge(below, pool).verdict).toBe("untrusted");
    expect(judge(below, [...pool, await issue(b, root, asAuthority)]).verdict).toBe("trusted");
    expect(judge(below, [await issue(b, root, { ...asAuthority, notAfter: "2026-01-01T00:00:00Z" }), ...pool, await issue(a, root, asAuthority)]).verdict).toBe("trusted");
    const namesake = await issue({ ...party("p256", "x"), name: a.name }, root, asAuthority);
    const crowd = Array.from({ length: 3000 }, (_, i) => ({ ...namesake, raw: Uint8Array.of(...namesake.raw.subarray(0, -2), i >> 8, i & 255) }));
    const started = performance.now();
    expect(judge(below, crowd).verdict).not.toBe("trusted");
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe("revocation lists at the signing time", () => {
  const listOf = async (more: Partial<RevocationListContent>, by: Party = root) =>
    take(readRevocationList(await buildRevocationList({ issuer: by.name, number: 1, thisUpdate: "2026-07-01T00:00:00Z", nextUpdate: "2027-01-01T00:00:00Z", revoked: [], ...more }, by.signer)));
  const told = async (more: Partial<RevocationListContent>, when = at, certificate = leaf) => revocationAt(certificate, rootCert, [await listOf(more)], when);
  const entry = (more: object) => [{ serial: leaf.serial, date: "2026-06-15T00:00:00Z", ...more }];

  it("revoked later is good then; revoked by then is not", async () => {
    expect(await told({ revoked: entry({}) })).toMatchObject({ status: "good", later: { date: "2026-06-15T00:00:00Z" } });
    expect(await told({ revoked: entry({}) }, "2026-06-15T00:00:00Z")).toMatchObject({ status: "revoked" });
    expect(await told({ revoked: entry({ reason: "certificateHold" }) }, "2026-06-16T00:00:00Z")).toMatchObject({ status: "revoked", reason: "certificateHold" });
    expect(await told({ revoked: entry({ invalidityDate: "2026-05-31T00:00:00Z" }) })).toMatchObject({ status: "revoked", date: "2026-05-31T00:00:00Z" });
    expect(await told({ revoked: entry({ invalidityDate: "2026-06-30T00:00:00Z" }) }, "2026-06-16T00:00:00Z")).toMatchObject({ status: "revoked" });
  });

  it("a lost key puts a claimed time in doubt, a proven one not", async () => {
    const lost = await listOf({ revoked: entry({ reason: "keyCompromise" }) });
    const plain = await listOf({ revoked: entry({ reason: "cessationOfOperation" }) });
    expect(judge(leaf, [], { crls: [lost] }).verdict).toBe("undecided");
    expect(judge(leaf, [], { crls: [lost], time: "proven" }).verdict).toBe("trusted");
    expect(judge(leaf, [], { crls: [plain], revocation: "required" }).verdict).toBe("trusted");
    expect(judge(leaf, [], { crls: [plain] }).evidence[0]).toMatchObject({ status: "good", source: { kind: "crl", list: plain } });
  });

  const extension = (name: string, value: Uint8Array) => ({ further: [{ oid: name, critical: true, value }] });
  const distribution = (...fields: readonly Uint8Array[]) => extension("2.5.29.28", sequence(...fields));
  const flag = (tag: number) => contextImplicit(tag, boolean(true));
  const url = (text: string) => contextExplicit(0, contextExplicit(0, contextImplicit(6, ia5String(text))));

  it("delta, indirect and partial lists prove no absence; what they list counts, unless it may be another issuer's", async () => {
    const gone = { revoked: entry({ date: "2026-05-01T00:00:00Z" }) };
    const delta = extension("2.5.29.27", integer(1));
    expect(await told(delta)).toMatchObject({ status: "unknown", reason: "增量吊销列表，不能证明未被吊销" });
    expect(await told({ ...delta, ...gone })).toMatchObject({ status: "revoked" });
    expect(await told({ ...delta, revoked: entry({ date: "2026-05-01T00:00:00Z", reason: "removeFromCRL" }) })).toMatchObject({ status: "unknown" });
    expect(await told(distribution(flag(4)))).toMatchObject({ status: "unknown", reason: "间接吊销列表，不支持" });
    expect(await told({ ...distribution(flag(4)), ...gone })).toMatchObject({ status: "unknown" });
    const reasons = contextImplicit(3, bitString(Uint8Array.of(0x40)));
    expect(await told(distribution(reasons))).toMatchObject({ status: "unknown", reason: "吊销列表只含部分吊销原因" });
    expect(await told({ ...distribution(reasons), ...gone })).toMatchObject({ status: "revoked" });
    expect(await told(extension("1.2.3.4", integer(1)))).toMatchObject({ status: "unknown" });
    expect(await told(distribution(octetString(new Uint8Array(3))))).toMatchObject({ status: "unknown" });
    expect(await told(extension("2.5.29.28", integer(1)))).toMatchObject({ status: "unknown" });
  });

  it("a list for some certificates counts for those", async () => {
    const pointed = await issue(user, root, { access: { crlUrls: ["http://crl.test/1.crl"] } });
    expect(pointed.access.crlUrls).toEqual(["http://crl.test/1.crl"]);
    expect(await told(distribution(url("http://crl.test/1.crl"), flag(1)), at, pointed)).toMatchObject({ status: "good" });
    expect(await told(distribution(url("http://crl.test/2.crl")), at, pointed)).toMatchObject({ status: "unknown", reason: "吊销列表只覆盖部分证书" });
    expect(await told(distribution(url("http://crl.test/1.crl")))).toMatchObject({ status: "unknown" });
    expect(await told(distribution(flag(2)))).toMatchObject({ status: "unknown", reason: "吊销列表不含此类证书" });
    expect(await told(distribution(flag(5)))).toMatchObject({ status: "unknown" });
    const middle = await issue(party("p256", "中"), root, asAuthority);
    expect(await told(distribution(flag(2)), at, middle)).toMatchObject({ status: "good" });
    expect(await told(distribution(flag(1)), at, middle)).toMatchObject({ status: "unknown" });
  });

  it("silence after a certificate ran out proves nothing, unless the list says that it keeps such", async () => {
    const old = await issue(user, root, { notAfter: "2026-06-20T00:00:00Z" });
    expect(await told({}, at, old)).toMatchObject({ status: "unknown", reason: "吊销列表签发时证书已过期，可能不再列出" });
    const kept = { further: [{ oid: "2.5.29.60", critical: false, value: Uint8Array.of(0x18, 15, ...Buffer.from("20250101000000Z")) }] };
    expect(await told(kept, at, old)).toMatchObject({ status: "good" });
    expect(await told({ thisUpdate: "2026-06-02T00:00:00Z" }, at, old)).toMatchObject({ status: "good" });
  });

  it.skipIf(noOpenssl())("openssl writes what is read, and reads what is written", async () => {
    const made = shell(`
      printf '[ca]\\ndefault_ca=d\\n[d]\\ndatabase=./i\\ncrlnumber=./n\\ndefault_md=sha256\\ncertificate=./ca.pem\\nprivate_key=./ca.key\\ndefault_crl_days=9000\\n[part]\\nissuingDistributionPoint=critical,@p\\n[p]\\nfullname=URI:http://crl.test/1.crl\\nonlyuser=TRUE\\n[ind]\\nissuingDistributionPoint=critical,@q\\n[q]\\nindirectCRL=TRUE\\n' > c
      openssl req -x509 -new -nodes -newkey rsa:2048 -keyout ca.key -out ca.pem -subj /CN=ca -days 3650 2>/dev/null
      printf 'R\\t350101000000Z\\t240102000000Z,CAkeyTime,20230101000000Z\\t1234\\tunknown\\t/CN=u\\nR\\t350101000000Z\\t240102000000Z,superseded\\t1235\\tunknown\\t/CN=v\\n' > i
      echo 01 > n
      for one in none part ind; do openssl ca -config c -gencrl -out $one.pem $([ $one = none ] || echo -crlexts $one) 2>/dev/null; done
    `);
    const list = (name: string) => take(readRevocationList(take(readPem(Buffer.from(made.read(name)).toString()))[0]!.bytes));
    const [none, part, ind] = [list("none.pem"), list("part.pem"), list("ind.pem")];
    made.done();
    expect(none.revoked.get("1234")).toMatchObject({ date: "2024-01-02T00:00:00Z", reason: "cACompromise" });
    expect(none.revoked.get("1235")).toMatchObject({ date: "2024-01-02T00:00:00Z", reason: "superseded" });
    expect(part.scope).toMatchObject({ urls: ["http://crl.test/1.crl"], only: "user" });
    expect(ind.scope).toMatchObject({ indirect: true });
    const text = openssl(["crl", "-in", "l", "-noout", "-text"], {
      l: writePem("X509 CRL", (await listOf({ revoked: entry({ reason: "keyCompromise", invalidityDate: "2026-05-31T00:00:00Z" }) })).raw),
    });
    text.done();
    expect(text.text).toContain("Key Compromise");
    expect(text.text).toContain("May 31 00:00:00 2026 GMT");
  });
});

describe("hostile pools", () => {
  it.each(["sm2", "p256", "rsa"] as readonly Kind[])("a leaf that claims to be an anchor of %s by name alone is none", async (kind) => {
    const impostor: Party = { ...party(kind, "x"), name: root.name };
    const fake = await issue(impostor, impostor, asAuthority);
    expect(judge(await issue(user, impostor), [fake]).verdict).not.toBe("trusted");
    expect(judge(fake).verdict).not.toBe("trusted");
  });
});
