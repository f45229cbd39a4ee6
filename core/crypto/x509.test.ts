import { beforeAll, describe, expect, it } from "vitest";
import { readTime, readDer } from "#core/formats";
import {
  buildRevocationList,
  readCertificate,
  readPem,
  readRevocationList,
  validateChain,
  verifySignedBy,
  writePem,
  type Certificate,
  type RevocationList,
} from "#core/crypto";
import { asAuthority as authority, issue, party, take, type Party } from "./party.fixture.ts";
import { noOpenssl, noSamples, openssl, sampleText, shell } from "./third-party.fixture.ts";

const certificateOf = (pem: string): Certificate => take(readCertificate(take(readPem(pem)).at(-1)!.bytes));

const sm2Party = (cn: string): Party => party("sm2", cn);
const p256Party = (cn: string): Party => party("p256", cn);
const at = "2026-06-01T00:00:00Z";

describe("reading certificates", () => {
  it.skipIf(noSamples("tongsuo"))("reads SM2 certificates of Tongsuo and checks their signatures", () => {
    const root = certificateOf(sampleText("tongsuo/sm2-root-cert.pem"));
    expect(root.publicKey.algorithm).toBe("sm2");
    expect(root.subject.parts.find((part) => part.type === "CN")?.value).toBe("SM2 certificate signing key");
    expect(root.notAfter).toBe("2050-09-10T06:51:56Z");
    expect(verifySignedBy(root, root)).toBe("valid");
    // Signed without Z: a signature by another rule must not hold.
    const withoutZ = certificateOf(sampleText("tongsuo/sm2-noza-cert.pem"));
    expect(verifySignedBy(withoutZ, withoutZ)).toBe("invalid");
    const leaf = certificateOf(sampleText("tongsuo/sm2-leaf.crt"));
    const chain = take(readPem(sampleText("tongsuo/sm2-chain-ca.crt"))).map((block) => take(readCertificate(block.bytes)));
    const anchors = chain.filter((one) => one.subject.text === one.issuer.text);
    const judged = validateChain(leaf, chain, anchors, { at: leaf.notBefore, crls: [] });
    expect(judged.steps.filter((step) => step.result === "fail")).toEqual([]);
    expect(judged.verdict).toBe("trusted");
  });

  it("says what a built certificate was built from", async () => {
    const root = sm2Party("根");
    const made = await issue(sm2Party("办公厅"), root, { extKeyUsage: { oids: ["1.3.6.1.5.5.7.3.8"], critical: true } });
    expect(made.subject.text).toBe("C=CN, O=内蒙古自治区人民政府, CN=办公厅");
    expect(made.basicConstraints).toEqual({ ca: false });
    expect(made.keyUsage).toEqual(["digitalSignature", "nonRepudiation"]);
    expect(made.extKeyUsage).toEqual(["1.3.6.1.5.5.7.3.8"]);
    expect([made.notBefore, made.notAfter]).toEqual(["2025-01-01T00:00:00Z", "2055-01-01T00:00:00Z"]);
    expect(made.unknownCritical).toEqual([]);
    expect(made.authorityKeyId).toHaveLength(40);
  });

  it("refuses a certificate with any byte cut off or added, and never throws on flipped bytes", async () => {
    const root = sm2Party("根");
    const { raw, tbs } = await issue(root, root, authority);
    for (let length = 0; length < raw.length; length += 7) expect(readCertificate(raw.subarray(0, length)).ok).toBe(false);
    expect(readCertificate(Uint8Array.of(...raw, 0)).ok).toBe(false);
    const start = raw.length - tbs.length;
    let accepted = 0;
    for (let i = 0; i < raw.length; i++) {
      const read = readCertificate(raw.map((byte, at) => (at === i ? byte ^ 0x15 : byte)));
      if (read.ok && verifySignedBy(read.value, read.value) === "valid") accepted++;
    }
    expect(start).toBeGreaterThan(0);
    expect(accepted).toBe(0);
  });
});

describe("openssl agrees", () => {
  // openssl passes the SM2 identifier on to the target certificate only, so each link is checked on its own.
  const pem = (certificate: Certificate) => writePem("CERTIFICATE", certificate.raw);
  const verify = (target: Certificate, issuer: Certificate, more: readonly string[] = [], crl = "") => {
    const id = issuer.publicKey.algorithm === "sm2" ? ["-vfyopt", "distid:1234567812345678"] : [];
    const run = openssl(
      ["verify", "-x509_strict", "-partial_chain", ...id, "-CAfile", "ca.pem", ...more, "leaf.pem"],
      { "ca.pem": pem(issuer), "leaf.pem": pem(target), "crl.pem": crl },
    );
    run.done();
    return run.text;
  };

  it.skipIf(noOpenssl())("with SM2 links and a P-256 leaf under SM2 that this code made", async () => {
    const root = sm2Party("根证书");
    const middle = sm2Party("签发机构");
    const rootCert = await issue(root, root, authority);
    const middleCert = await issue(middle, root, { ...authority, authority: { pathLength: 0 } });
    expect(verify(middleCert, rootCert)).toContain("leaf.pem: OK");
    expect(verify(await issue(sm2Party("办公厅"), middle), middleCert)).toContain("leaf.pem: OK");
    expect(verify(await issue(p256Party("seal server"), middle), middleCert)).toContain("leaf.pem: OK");
    expect(verify(await issue(sm2Party("办公厅"), { ...sm2Party("x"), name: middle.name }, { issuerKey: middle.key }), middleCert)).toContain("signature failure");
  });

  it.skipIf(noOpenssl())("with revocation lists that this code made", async () => {
    const root = p256Party("root");
    const rootCert = await issue(root, root, authority);
    const [gone, kept] = [await issue(sm2Party("甲"), root), await issue(sm2Party("乙"), root)];
    const listed = async (revoked: readonly { serial: string; date: string }[]) =>
      writePem(
        "X509 CRL",
        await buildRevocationList(
          { issuer: root.name, number: 300, thisUpdate: at, nextUpdate: "2056-01-01T00:00:00Z", revoked },
          root.signer,
        ),
      );
    const crl = await listed([{ serial: gone.serial, date: at }]);
    const check = ["-crl_check", "-CRLfile", "crl.pem", "-attime", String(Date.parse(at) / 1000 + 60)];
    expect(verify(gone, rootCert, check, crl)).toContain("certificate revoked");
    expect(verify(kept, rootCert, check, crl)).toContain("leaf.pem: OK");
    expect(verify(gone, rootCert, check, await listed([]))).toContain("leaf.pem: OK");
  });

  it.skipIf(noOpenssl())("with RSA, PSS, P-256, P-384 and P-521 certificates that openssl made", () => {
    const made = shell(`
      new() { openssl req -x509 -new -nodes -newkey $2 $3 -keyout $1.key -out $1.pem -subj /C=CN/CN=$1 -days 3650 $4 2>/dev/null; }
      new rsa rsa:2048 "" -sha256
      new rsa512 rsa:3072 "" -sha512
      new p256 ec "-pkeyopt ec_paramgen_curve:P-256" -sha256
      new p384 ec "-pkeyopt ec_paramgen_curve:P-384" -sha384
      new p521 ec "-pkeyopt ec_paramgen_curve:P-521" -sha512
      openssl req -x509 -new -nodes -newkey rsa:2048 -keyout pss.key -out pss.pem -subj /CN=pss -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20 2>/dev/null
      openssl req -x509 -new -nodes -newkey rsa:2047 -keyout odd.key -out odd.pem -subj /CN=odd -sha384 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest 2>/dev/null
      openssl req -x509 -new -nodes -newkey rsa:2049 -keyout even.key -out even.pem -subj /CN=even -sha256 -sigopt rsa_padding_mode:pss 2>/dev/null
    `);
    const names = ["rsa", "rsa512", "p256", "p384", "p521", "pss", "odd", "even"];
    const certificates = names.map((name) => certificateOf(Buffer.from(made.read(`${name}.pem`)).toString()));
    made.done();
    certificates.forEach((certificate, i) => {
      expect([names[i], verifySignedBy(certificate, certificate)]).toEqual([names[i], "valid"]);
      const tampered = { ...certificate, tbs: certificate.tbs.map((byte, at) => (at === 40 ? byte ^ 1 : byte)) };
      expect([names[i], verifySignedBy(tampered, certificate)]).toEqual([names[i], "invalid"]);
      const other = { ...certificate, signature: certificate.signature.map((byte, at) => (at === 20 ? byte ^ 1 : byte)) };
      expect([names[i], verifySignedBy(other, certificate)]).toEqual([names[i], "invalid"]);
    });
  });
});

describe("judging a chain", () => {
  const root = sm2Party("根");
  const middle = sm2Party("中级");
  const user = sm2Party("用户");
  let rootCert: Certificate;
  let middleCert: Certificate;
  let leaf: Certificate;
  beforeAll(async () => {
    rootCert = await issue(root, root, authority);
    middleCert = await issue(middle, root, { ...authority, authority: { pathLength: 0 }, notAfter: "2030-01-01T00:00:00Z" });
    leaf = await issue(user, middle, { notBefore: "2026-01-01T00:00:00Z", notAfter: "2027-01-01T00:00:00Z" });
  });
  const judge = (
    target: Certificate,
    options: Partial<Parameters<typeof validateChain>[3]> = {},
    pool: readonly Certificate[] = [middleCert],
    anchors: readonly Certificate[] = [rootCert],
  ) => validateChain(target, pool, anchors, { at, crls: [], ...options });
  const failures = (verdict: ReturnType<typeof judge>) =>
    verdict.steps.filter((step) => step.result === "fail").map((step) => step.name);
  const listOf = async (issuer: Party, revoked: { serial: string; date: string }[], nextUpdate = "2027-01-01T00:00:00Z"): Promise<RevocationList> =>
    take(readRevocationList(await buildRevocationList({ issuer: issuer.name, number: 1, thisUpdate: "2026-05-01T00:00:00Z", nextUpdate, revoked }, issuer.signer)));

  it("trusts a sound path and says that revocation was not checked", () => {
    const verdict = judge(leaf, { usage: ["digitalSignature"] });
    expect(verdict.verdict).toBe("trusted");
    expect(verdict.path.map((certificate) => certificate.subject.parts.at(-1)?.value)).toEqual(["用户", "中级", "根"]);
    expect(verdict.steps.some((step) => step.result === "unknown" && step.detail.includes("未检查吊销"))).toBe(true);
    expect(judge(leaf, { revocation: "required" }).verdict).toBe("undecided");
  });

  it("trusts an anchor itself, and finds the path in a pool with distractors and loops", async () => {
    expect(judge(rootCert).verdict).toBe("trusted");
    const impostor = { ...sm2Party("x"), name: middle.name };
    const fake = await issue(impostor, root, authority);
    const cross = await issue(root, middle, authority);
    expect(judge(leaf, {}, [leaf, fake, cross, rootCert, middleCert]).verdict).toBe("trusted");
  });

  it("does not trust what leads to no anchor", async () => {
    expect(judge(leaf, {}, []).verdict).toBe("untrusted");
    expect(judge(leaf, {}, [middleCert], []).verdict).toBe("untrusted");
    const stranger = sm2Party("根");
    expect(judge(leaf, {}, [middleCert], [await issue(stranger, stranger, authority)]).verdict).not.toBe("trusted");
  });

  it("judges validity at the time asked for, not now", () => {
    expect(judge(leaf, { at: "2026-12-31T23:59:59Z" }).verdict).toBe("trusted");
    expect(failures(judge(leaf, { at: "2027-01-01T00:00:01Z" }))).toEqual(["有效期"]);
    expect(failures(judge(leaf, { at: "2025-12-31T23:59:59Z" }))).toEqual(["有效期"]);
    expect(judge(leaf, { at: "gestern" }).verdict).toBe("invalid");
    expect(judge(rootCert, { at: "2060-01-01T00:00:00Z" }).verdict).toBe("invalid");
  });

  it("refuses issuers that are no authority, may not sign certificates, or exceed the path length", async () => {
    const below = sm2Party("下级");
    expect(failures(judge(await issue(below, user), {}, [leaf, middleCert]))).toContain("颁发权限");
    const noRight = await issue(middle, root, { authority: {}, keyUsage: ["cRLSign"] });
    expect(failures(judge(leaf, {}, [noRight]))).toContain("颁发权限");
    const tooDeep = await issue(below, middle, authority);
    expect(failures(judge(await issue(user, below), {}, [tooDeep, middleCert]))).toContain("颁发权限");
  });

  it("refuses a leaf whose key or extended use does not fit", async () => {
    const encipher = await issue(user, middle, { keyUsage: ["keyEncipherment"] });
    expect(failures(judge(encipher, { usage: ["digitalSignature", "nonRepudiation"] }))).toEqual(["密钥用途"]);
    expect(failures(judge(leaf, { purpose: "1.3.6.1.5.5.7.3.8" }))).toEqual(["扩展用途"]);
  });

  it("says that the signature is invalid when the only issuer of that name did not sign", async () => {
    const impostor: Party = { ...sm2Party("x"), name: middle.name };
    const forged = await issue(user, impostor);
    const verdict = judge(forged);
    expect(verdict.verdict).toBe("invalid");
    expect(failures(verdict)).toEqual(["证书签名"]);
  });

  it("counts a revocation from its date on", async () => {
    const list = await listOf(middle, [{ serial: leaf.serial, date: "2026-05-15T00:00:00Z" }]);
    expect(failures(judge(leaf, { crls: [list] }))).toEqual(["吊销"]);
    expect(judge(leaf, { crls: [list], at: "2026-05-14T00:00:00Z" }).verdict).toBe("trusted");
    const clean = await listOf(middle, []);
    const rootList = await listOf(root, []);
    expect(judge(leaf, { crls: [clean, rootList], revocation: "required" }).verdict).toBe("trusted");
  });

  it("does not take absence from a list that ran out, or that another key signed", async () => {
    const stale = await listOf(middle, [], "2026-05-02T00:00:00Z");
    const rootList = await listOf(root, []);
    expect(judge(leaf, { crls: [stale, rootList], revocation: "required" }).verdict).toBe("undecided");
    const forged = await listOf({ ...sm2Party("x"), name: middle.name }, [{ serial: leaf.serial, date: "2026-01-02T00:00:00Z" }]);
    const verdict = judge(leaf, { crls: [forged] });
    expect(verdict.verdict).toBe("trusted");
    expect(verdict.steps.some((step) => step.detail.includes("吊销列表签名无效"))).toBe(true);
  });
});

describe("certificate text forms", () => {
  it("reads PEM back and refuses damaged text", async () => {
    const root = sm2Party("根");
    const { raw } = await issue(root, root, authority);
    const text = writePem("CERTIFICATE", raw);
    expect(take(readPem(`junk\n${text}${text}`)).map((block) => block.bytes)).toEqual([raw, raw]);
    for (const bad of ["", "hello", text.replace("END", "FIN"), text.replace("MII", "MI!"), text.slice(0, 200)]) {
      expect(readPem(bad).ok).toBe(false);
    }
  });

  it("refuses dates that do not exist", () => {
    const time = (text: string) => readTime(take(readDer(Uint8Array.of(23, text.length, ...Buffer.from(text)))));
    expect(time("260229000000Z").ok).toBe(false);
    expect(time("2602280000Z").ok).toBe(false);
    expect(time("260228000000+0800").ok).toBe(false);
    expect(time("240229000000Z")).toEqual({ ok: true, value: "2024-02-29T00:00:00Z" });
  });
});
