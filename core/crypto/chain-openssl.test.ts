import { describe, expect, it } from "vitest";
import { contextImplicit, octetString, sequence } from "#core/formats";
import { validateChain, writePem, type Certificate, type CertificateContent } from "#core/crypto";
import { asAuthority, issue, party, type Party } from "./party.fixture.ts";
import { noOpenssl, openssl } from "./third-party.fixture.ts";

const at = "2026-06-01T00:00:00Z";
const SEED = Number(process.env.WENSHU_SEED ?? 20261201);
const RUNS = 30;

/** What may be wrong, or odd, with one authority on the way. */
const ODDITIES = ["none", "none", "none", "path 0", "path 1", "no keyCertSign", "no authority", "ran out", "not yet", "critical", "server only", "policy", "strange key identifier"] as const;
type Oddity = (typeof ODDITIES)[number];

function contentOf(oddity: Oddity): Partial<CertificateContent> {
  switch (oddity) {
    case "none": return asAuthority;
    case "path 0": return { ...asAuthority, authority: { pathLength: 0 } };
    case "path 1": return { ...asAuthority, authority: { pathLength: 1 } };
    case "no keyCertSign": return { ...asAuthority, keyUsage: ["digitalSignature"] };
    case "no authority": return { keyUsage: ["keyCertSign", "cRLSign"] };
    case "ran out": return { ...asAuthority, notAfter: "2026-05-01T00:00:00Z" };
    case "not yet": return { ...asAuthority, notBefore: "2026-07-01T00:00:00Z" };
    case "critical": return { ...asAuthority, further: [{ oid: "1.2.3.4.5", critical: true, value: octetString(new Uint8Array(1)) }] };
    case "server only": return { ...asAuthority, extKeyUsage: { oids: ["1.3.6.1.5.5.7.3.1"] } };
    case "policy": return { ...asAuthority, further: [{ oid: "2.5.29.36", critical: true, value: sequence(contextImplicit(0, Uint8Array.of(2, 1, 0))) }] };
    case "strange key identifier": return { ...asAuthority, issuerKey: party("p256", "x").key };
  }
}

describe.skipIf(noOpenssl())("openssl verify", () => {
  it("trusts what is trusted, over paths put together by chance", { timeout: 180_000 }, async () => {
    let state = SEED;
    const chance = (n: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 8) % n;
    };
    const seen = new Set<string>();
    const apart: string[] = [];
    for (let run = 0; run < RUNS; run++) {
      const root = party("p256", "根");
      const rootCert = await issue(root, root, chance(6) === 0 ? { ...asAuthority, authority: { pathLength: chance(2) } } : asAuthority);
      const pool: Certificate[] = [];
      const met: Oddity[] = [];
      let by = root;
      for (let depth = chance(4); depth >= 0; depth--) {
        // Now and then under the name of the one above: such a certificate does not count for the path length.
        const who: Party = { ...party("p256", `中${depth}`), ...(by !== root && chance(4) === 0 ? { name: by.name } : {}) };
        met.push(ODDITIES[chance(ODDITIES.length)]!);
        pool.push(await issue(who, by, contentOf(met.at(-1)!)));
        by = who;
      }
      const leaf = await issue(party("p256", "用户"), by);
      const ours = validateChain(leaf, pool, [rootCert], { at, crls: [] }).verdict;
      const verified = openssl(["verify", "-CAfile", "ca.pem", "-untrusted", "pool.pem", "-attime", String(Date.parse(at) / 1000), "leaf.pem"], {
        "ca.pem": writePem("CERTIFICATE", rootCert.raw), "pool.pem": pool.map(({ raw }) => writePem("CERTIFICATE", raw)).join(""), "leaf.pem": writePem("CERTIFICATE", leaf.raw),
      });
      verified.done();
      const theirs = verified.text.includes("leaf.pem: OK");
      seen.add(`${ours} ${theirs}`);
      // Key identifiers are a help to find the issuer (RFC 5280 §4.2.1.1); openssl takes a strange one for another issuer. It passes over policies unless asked.
      const agreed = ours === "trusted" ? theirs || met.includes("strange key identifier") : !theirs || (ours === "undecided" && met.includes("policy"));
      if (!agreed) apart.push(`seed ${SEED} run ${run}: ${met.join(", ")}: ${ours}, ${verified.text}`);
    }
    expect(apart).toEqual([]);
    for (const both of ["trusted true", "invalid false"]) expect(seen).toContain(both);
  });
});
