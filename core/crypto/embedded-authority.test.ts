import { beforeAll, describe, expect, it } from "vitest";
import {
  buildTimeStampReply, createAuthority, readCertificate, readRevocationList, requestOcsp, requestTimeStamp, resumeAuthority, validateChain, writeName, writePem,
  type AuthorityKey, type Certificate, type CertificateProfile, type EmbeddedAuthority, type Signer,
} from "#core/crypto";
import { party, take, type Kind } from "./party.fixture.ts";
import { entropy, noOpenssl, openssl } from "./third-party.fixture.ts";

const NOW = "2026-06-01T08:00:00Z";
const span = { notBefore: "2026-01-01T00:00:00Z", notAfter: "2036-01-01T00:00:00Z" };
const nameOf = (cn: string) => writeName([{ type: "C", value: "CN" }, { type: "CN", value: cn }]);
const keyOf = (kind: Kind): AuthorityKey => {
  const { key, signer } = party(kind, "");
  return { publicKey: key, signer };
};
const kinds = ["sm2", "rsa", "p256"] as const;
const parse = (der: Uint8Array): Certificate => take(readCertificate(der));

it("an authority that was kept goes on under its own name, and rubbish is none", async () => {
  const key = keyOf("sm2");
  const root = await createAuthority({ ...span, name: nameOf("根"), pathLength: 0 }, key, entropy);
  const kept = resumeAuthority(root.certificate.raw, key, entropy);
  const holder = keyOf("p256");
  const leaf = parse(await kept.issue({ ...span, subject: nameOf("持有人"), publicKey: holder.publicKey, profile: { kind: "signing" } }));
  const list = take(readRevocationList(await kept.revocationList({ number: 2, thisUpdate: NOW, nextUpdate: "2027-01-01T00:00:00Z", revoked: [] })));
  expect(validateChain(leaf, [], [root.certificate], { at: NOW, crls: [list], revocation: "required" }).verdict).toBe("trusted");
  expect(() => resumeAuthority(new Uint8Array(9), key, entropy)).toThrow(RangeError);
});

describe.each(kinds)("an authority of %s with one of each kind below it", (kind) => {
  let root: EmbeddedAuthority;
  let issuing: Record<Kind, EmbeddedAuthority>;
  beforeAll(async () => {
    root = await createAuthority({ ...span, notAfter: "2056-01-01T00:00:00Z", name: nameOf("根"), pathLength: 1 }, keyOf(kind), entropy);
    const made = await Promise.all(kinds.map(async (one) => [one, await root.below({ ...span, subject: nameOf(`签发${one}`), pathLength: 0 }, keyOf(one))] as const));
    issuing = Object.fromEntries(made) as Record<Kind, EmbeddedAuthority>;
  });
  const holder = async (by: EmbeddedAuthority, of: Kind, profile: CertificateProfile): Promise<Signer> => {
    const key = keyOf(of);
    const access = { crlUrls: ["http://ca.test/a.crl"], ocspUrls: ["http://ca.test/ocsp"], issuerUrls: ["http://ca.test/a.cer"] };
    return { ...key.signer, certificate: await by.issue({ ...span, subject: nameOf("持有人"), publicKey: key.publicKey, profile, access }) };
  };

  it.each(kinds)("issues signers, stampers and responders of every kind under %s", async (middle) => {
    const by = issuing[middle];
    const list = { number: 1, thisUpdate: NOW, nextUpdate: "2027-01-01T00:00:00Z", revoked: [] };
    const rootList = take(readRevocationList(await root.revocationList(list)));
    for (const of of kinds) {
      const signer = await holder(by, of, { kind: "signing" });
      const leaf = parse(signer.certificate);
      expect(leaf.access).toEqual({ crlUrls: ["http://ca.test/a.crl"], ocspUrls: ["http://ca.test/ocsp"], issuerUrls: ["http://ca.test/a.cer"] });
      expect(leaf.authorityKeyId).toBe(by.certificate.subjectKeyId);
      const responder = await holder(by, of, { kind: "ocspSigning" });
      const status = (kindOfStatus: "good" | "revoked") => requestOcsp({
        url: leaf.access.ocspUrls[0]!, certificate: leaf, issuer: by.certificate, entropy, now: () => NOW,
        post: async ({ body }) => ({
          status: 200,
          body: await by.answerStatus(body, responder, { producedAt: NOW, nextUpdate: "2026-06-08T00:00:00Z", statusOf: (serial) => serial !== leaf.serial ? undefined : kindOfStatus === "good" ? { kind: "good" } : { kind: "revoked", date: NOW } }),
        }),
      });
      const judge = async (kindOfStatus: "good" | "revoked") => validateChain(leaf, by.chain.map(parse), [root.certificate], {
        at: NOW, crls: [rootList], ocsps: [take(await status(kindOfStatus))], revocation: "required", usage: ["nonRepudiation"],
      });
      const good = await judge("good");
      expect([good.verdict, good.path.length, good.evidence.map(({ source }) => source.kind)]).toEqual(["trusted", 3, ["ocsp", "crl"]]);
      expect((await judge("revoked")).verdict).toBe("invalid");
      const stamper = await holder(by, of, { kind: "timeStamping" });
      const stamp = take(await requestTimeStamp({
        url: "http://tsa.test/", content: { bytes: leaf.raw }, algorithm: of === "sm2" ? "sm3" : "sha256", entropy, now: () => NOW, trust: { anchors: [root.certificate], crls: [] },
        post: async ({ body }) => ({ status: 200, body: await buildTimeStampReply(body, { signer: stamper, chain: by.chain, policy: "1.2.3", serial: 1n, now: NOW }) }),
      }));
      expect(stamp.time).toBe(NOW);
    }
  });

  it("gives every certificate a number of its own, and none that outlives its authority or goes deeper than it may", async () => {
    const serials = await Promise.all(Array.from({ length: 20 }, async () => parse((await holder(issuing[kind], "sm2", { kind: "signing" })).certificate).serial));
    expect(new Set(serials).size).toBe(20);
    expect(serials.every((serial) => /^[4-7][0-9a-f]{31}$/.test(serial))).toBe(true);
    await expect(issuing[kind].issue({ ...span, notAfter: "2036-01-01T00:00:01Z", subject: nameOf("x"), publicKey: keyOf("sm2").publicKey, profile: { kind: "signing" } })).rejects.toThrow(RangeError);
    const deeper = await issuing[kind].below({ ...span, subject: nameOf("下级"), pathLength: 0 }, keyOf("sm2"));
    const leaf = parse(await deeper.issue({ ...span, subject: nameOf("x"), publicKey: keyOf("sm2").publicKey, profile: { kind: "signing" } }));
    expect(validateChain(leaf, deeper.chain.map(parse), [root.certificate], { at: NOW, crls: [] }).verdict).toBe("invalid");
  });

  it.skipIf(noOpenssl())("satisfies openssl's strict rules, link by link", async () => {
    const strict = (leaf: Certificate, issuer: Certificate, purpose: string) => {
      const id = issuer.publicKey.algorithm === "sm2" ? ["-vfyopt", "distid:1234567812345678"] : [];
      const run = openssl(["verify", "-x509_strict", "-partial_chain", "-purpose", purpose, "-attime", String(Date.parse(NOW) / 1000), ...id, "-CAfile", "ca.pem", "leaf.pem"], {
        "ca.pem": writePem("CERTIFICATE", issuer.raw), "leaf.pem": writePem("CERTIFICATE", leaf.raw),
      });
      run.done();
      return run.text.trim();
    };
    const by = issuing[kind];
    expect(strict(by.certificate, root.certificate, "any")).toBe("leaf.pem: OK");
    expect(strict(parse((await holder(by, "p256", { kind: "signing" })).certificate), by.certificate, "smimesign")).toBe("leaf.pem: OK");
    expect(strict(parse((await holder(by, "rsa", { kind: "timeStamping" })).certificate), by.certificate, "timestampsign")).toBe("leaf.pem: OK");
    expect(strict(parse((await holder(by, "rsa", { kind: "ocspSigning" })).certificate), by.certificate, "ocsphelper")).toBe("leaf.pem: OK");
    const shown = openssl(["x509", "-noout", "-text", "-in", "c"], { c: writePem("CERTIFICATE", (await holder(by, "sm2", { kind: "ocspSigning" })).certificate) });
    shown.done();
    for (const part of ["URI:http://ca.test/a.crl", "OCSP - URI:http://ca.test/ocsp", "CA Issuers - URI:http://ca.test/a.cer", "OCSP No Check", "OCSP Signing"]) expect(shown.text).toContain(part);
  });
});
