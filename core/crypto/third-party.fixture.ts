import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { skipLoudly } from "../../tests/harness/skips.ts";

/** Third-party samples: WENSHU_SAMPLES, or beside the checkout. */
const folder = process.env.WENSHU_SAMPLES ?? fileURLToPath(new URL("../../../shared/samples", import.meta.url));

export const noSamples = (name: string): boolean =>
  !existsSync(join(folder, name)) && skipLoudly(`samples ${name}`, `${join(folder, name)} is absent, set WENSHU_SAMPLES`);

export const sample = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));
export const sampleText = (name: string): string => readFileSync(join(folder, name), "utf8");
export const sampleJson = <T>(name: string): T => JSON.parse(sampleText(name)) as T;

const openssl3 = spawnSync("openssl", ["version"], { encoding: "utf8" }).stdout?.startsWith("OpenSSL 3") ?? false;
export const noOpenssl = (): boolean =>
  !openssl3 && skipLoudly("cross-checks with openssl", "openssl 3 is not on the path (apt-get install -y openssl)");

/** Runs openssl in a scratch folder that holds the files; gives its output and exit code. */
export function openssl(
  args: readonly string[],
  files: Readonly<Record<string, Uint8Array | string>>,
): { readonly code: number; readonly text: string; readonly read: (name: string) => Uint8Array; readonly done: () => void } {
  const scratch = mkdtempSync(join(tmpdir(), "wenshu-openssl-"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(scratch, name), content);
  const run = spawnSync("openssl", args, { cwd: scratch, encoding: "utf8" });
  return {
    code: run.status ?? -1,
    text: `${run.stdout}${run.stderr}`,
    read: (name) => new Uint8Array(readFileSync(join(scratch, name))),
    done: () => rmSync(scratch, { recursive: true }),
  };
}

/** A shell script in a scratch folder, for the many small steps of a test authority. */
export function shell(script: string): { readonly read: (name: string) => Uint8Array; readonly done: () => void } {
  const scratch = mkdtempSync(join(tmpdir(), "wenshu-openssl-"));
  execFileSync("bash", ["-e", "-c", script], { cwd: scratch, stdio: "pipe" });
  return {
    read: (name) => new Uint8Array(readFileSync(join(scratch, name))),
    done: () => rmSync(scratch, { recursive: true }),
  };
}

export const entropy = (n: number): Uint8Array => new Uint8Array(randomBytes(n));

type Sm2Options = { readonly der: true; readonly hash: true };
/** A second, unrelated implementation of SM2 (it brings no types). */
export const { sm2: independentSm2 } = createRequire(import.meta.url)("sm-crypto") as {
  readonly sm2: {
    doSignature(message: readonly number[], privateKey: string, options: Sm2Options): string;
    doVerifySignature(message: readonly number[], signature: string, publicKey: string, options: Sm2Options): boolean;
  };
};
