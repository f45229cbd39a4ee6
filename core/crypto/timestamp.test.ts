import { beforeAll, describe, expect, it } from "vitest";
import { integer, nullValue, sequence, toHex, utf8, type FormatError, type Result } from "#core/formats";
import { buildTimeStampRequest, digest, readPem, readCertificate, readTimeStamp, validateChain, verifyTimeStamp } from "#core/crypto";
import { entropy, noOpenssl, openssl, shell } from "./third-party.fixture.ts";

const take = <T>(result: Result<T, FormatError>): T => {
  if (!result.ok) throw new Error(`${result.error.code} ${result.error.message}`);
  return result.value;
};

const skip = noOpenssl();
describe.skipIf(skip)("time stamps of an authority run with openssl", () => {
  let files: Record<string, Uint8Array | string>;
  beforeAll(() => {
    const made = shell(`
      openssl req -x509 -new -nodes -newkey rsa:2048 -keyout ca.key -out ca.pem -subj /CN=ca -days 3650 2>/dev/null
      issue() { openssl req -new -nodes -newkey rsa:2048 -keyout $1.key -out $1.csr -subj /CN=$1 2>/dev/null
        printf "extendedKeyUsage=$2\\nkeyUsage=digitalSignature\\n" > $1.ext
        openssl x509 -req -in $1.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile $1.ext -days 3000 -out $1.pem 2>/dev/null; }
      issue tsa critical,timeStamping
    `);
    files = Object.fromEntries(["ca.pem", "tsa.pem", "tsa.key"].map((name) => [name, made.read(name)]));
    made.done();
    files["tsa.cnf"] = `[tsa]\ndefault_tsa = t\n[t]\nserial = ./serial\ncrypto_device = builtin\nsigner_cert = ./tsa.pem\ncerts = ./ca.pem\nsigner_key = ./tsa.key
signer_digest = sha256\ndefault_policy = 1.2.3.4\ndigests = sha256, sha512, sm3\ness_cert_id_alg = sha256\naccuracy = secs:1\n`;
    files["serial"] = "01";
  });
  const stamp = (request: Uint8Array, more: readonly string[] = []) => {
    const run = openssl(["ts", "-reply", "-config", "tsa.cnf", "-section", "t", "-queryfile", "q.tsq", ...more, "-out", "r"], { ...files, "q.tsq": request });
    const reply = run.read("r");
    run.done();
    return reply;
  };
  const content = utf8("签名值");

  it.each(["sha256", "sha512", "sm3"] as const)("holds over its data by %s, as response and as bare token", (algorithm) => {
    const nonce = BigInt(`0x${toHex(entropy(8))}`) + 1n;
    const request = buildTimeStampRequest(algorithm, digest(algorithm, content), nonce);
    for (const more of [[], ["-token_out"]]) {
      const read = take(readTimeStamp(stamp(request, more)));
      expect([read.digest, read.nonce, read.policy]).toEqual([algorithm, nonce, "1.2.3.4"]);
      expect(read.time).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      const verdict = verifyTimeStamp(read, { bytes: content });
      expect([verdict.verdict, verdict.steps.filter((step) => step.result !== "pass")]).toEqual(["intact", []]);
      expect(verifyTimeStamp(read, { bytes: utf8("别的") }).verdict).toBe("modified");
      expect(verifyTimeStamp(read, { digestOf: () => undefined }).verdict).toBe("undecided");
      const anchor = take(readCertificate(take(readPem(Buffer.from(files["ca.pem"] as Uint8Array).toString()))[0]!.bytes));
      const chain = validateChain(verdict.certificate!, verdict.pool, [anchor], { at: read.time, crls: [], purpose: "1.3.6.1.5.5.7.3.8" });
      expect(chain.verdict).toBe("trusted");
    }
  });

  it("is never intact with a byte changed inside what is stamped", () => {
    const token = stamp(buildTimeStampRequest("sha256", digest("sha256", content), 5n), ["-token_out"]);
    const start = toHex(token).indexOf(toHex(digest("sha256", content))) / 2;
    expect(start).toBeGreaterThan(10);
    for (let at = start; at < start + 60; at++) {
      const read = readTimeStamp(token.map((byte, i) => (i === at ? byte ^ 1 : byte)));
      if (read.ok && verifyTimeStamp(read.value, { bytes: content }).verdict === "intact") throw new Error(`byte ${at} is free`);
    }
  });
});

describe("time stamp reading", () => {
  it("refuses responses that grant nothing, and what is no time stamp", () => {
    expect(readTimeStamp(sequence(sequence(integer(2))))).toMatchObject({ error: { code: "timestamp.refused" } });
    expect(readTimeStamp(sequence(sequence(integer(0))))).toMatchObject({ error: { code: "timestamp.refused" } });
    for (const bad of [new Uint8Array(0), nullValue(), sequence(), utf8("x")]) expect(readTimeStamp(bad).ok).toBe(false);
  });
});
