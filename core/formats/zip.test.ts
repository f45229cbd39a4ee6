import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readZip, toHex, utf8, writeZip, ZIP_LIMITS, type ZipInput } from "#core/formats";
import { skipLoudly } from "../../tests/harness/skips.ts";

const samples = process.env.WENSHU_SAMPLES ?? fileURLToPath(new URL("../../../shared/samples", import.meta.url));
const noSamples = !existsSync(join(samples, "ofdrw")) && skipLoudly("ZIP samples", `${samples}/ofdrw is absent, set WENSHU_SAMPLES`);
const noUnzip = spawnSync("unzip", ["-v"]).status !== 0 && skipLoudly("cross-check with unzip", "unzip is not on the path");

const codeOf = (bytes: Uint8Array, limits = ZIP_LIMITS) => {
  const read = readZip(bytes, limits);
  return read.ok ? "ok" : read.error.code;
};
const entries: readonly ZipInput[] = [
  { path: "OFD.xml", bytes: utf8("<OFD/>".repeat(50)) },
  { path: "文档_0/第1页.xml", bytes: utf8("公文") },
  { path: "seal.png", bytes: Uint8Array.of(1, 2, 3, 4), store: true },
  { path: "empty", bytes: new Uint8Array(0) },
];
/** Changes the archive at every place where the old bytes stand. */
const patch = (bytes: Uint8Array, from: readonly number[], to: readonly number[]): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  for (let at = 0; at + from.length <= copy.length; at++) {
    if (from.every((byte, i) => copy[at + i] === byte)) copy.set(to, at);
  }
  return copy;
};
const rename = (bytes: Uint8Array, from: string, to: string) => patch(bytes, [...utf8(from)], [...utf8(to)]);
const central = [0x50, 0x4b, 1, 2];
const offsetOf = (bytes: Uint8Array, mark: readonly number[]) => bytes.findIndex((_, at) => mark.every((byte, i) => bytes[at + i] === byte));
const set = (bytes: Uint8Array, at: number, ...values: number[]) => {
  const copy = Uint8Array.from(bytes);
  copy.set(values, at);
  return copy;
};

describe("ZIP writing", () => {
  it("is read back by its own reader", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z文0-9]{1,5}(\/[a-z文0-9]{1,5}){0,2}$/), fc.uint8Array({ maxLength: 300 }), fc.boolean()), {
          selector: ([path]) => path,
          maxLength: 8,
        }),
        (files) => {
          const inputs = files.map(([path, bytes, store]) => ({ path, bytes, store }));
          const read = readZip(writeZip(inputs));
          expect(read).toEqual({ ok: true, value: inputs.map(({ path, bytes }) => ({ path, bytes })) });
        },
      ),
    );
  });

  it("gives the same bytes in every time zone", () => {
    const script = `import { writeZip, toHex, utf8 } from "#core/formats";
      console.log(toHex(writeZip([{ path: "文.xml", bytes: utf8("a".repeat(999)) }])));`;
    const run = (TZ: string) =>
      execFileSync(process.execPath, ["--input-type=module-typescript", "-e", script], {
        env: { ...process.env, TZ, NODE_NO_WARNINGS: "1" },
        cwd: fileURLToPath(new URL("../..", import.meta.url)),
        encoding: "utf8",
      }).trim();
    const here = toHex(writeZip([{ path: "文.xml", bytes: utf8("a".repeat(999)) }]));
    expect([run("Asia/Shanghai"), run("America/New_York")]).toEqual([here, here]);
  });

  it.skipIf(noUnzip)("is accepted by unzip", () => {
    const scratch = mkdtempSync(join(tmpdir(), "wenshu-zip-"));
    writeFileSync(join(scratch, "a.zip"), writeZip(entries));
    expect(execFileSync("unzip", ["-t", "a.zip"], { cwd: scratch, encoding: "utf8" })).toContain("No errors detected");
    execFileSync("unzip", ["-q", "a.zip"], { cwd: scratch, env: { ...process.env, LC_ALL: "C.UTF-8" } });
    expect(readdirSync(scratch).sort()).toEqual(["OFD.xml", "a.zip", "empty", "seal.png", "文档_0"]);
    expect(readFileSync(join(scratch, "文档_0/第1页.xml"), "utf8")).toBe("公文");
    rmSync(scratch, { recursive: true });
  });

  it("refuses unsafe and repeated paths", () => {
    const one = (path: string) => () => writeZip([{ path, bytes: utf8("x") }]);
    for (const bad of ["", "/a", "../a", "a/../b", "a//b", "./a", "a\\b", "C:/a", "a/", "a\u0000"]) expect(one(bad)).toThrow(RangeError);
    expect(() => writeZip([{ path: "A", bytes: utf8("x") }, { path: "a", bytes: utf8("y") }])).toThrow(RangeError);
  });
});

describe("ZIP reading", () => {
  const good = writeZip(entries);
  const first = offsetOf(good, central);

  it("refuses names that lead outside, collide or are not clean", () => {
    const named = (name: string) => rename(writeZip([{ path: "x".repeat(utf8(name).length), bytes: utf8("y") }]), "x".repeat(utf8(name).length), name);
    for (const bad of ["../etc/passwd", "/etc/passwd", "a/../../b", "a\\b", "C:/x", "a//b", "./a", "a\nb"]) {
      expect([bad, codeOf(named(bad))]).toEqual([bad, "zip.path"]);
    }
    expect(codeOf(rename(writeZip([{ path: "ab", bytes: utf8("1") }, { path: "cd", bytes: utf8("2") }]), "cd", "ab"))).toBe("zip.duplicate");
    expect(codeOf(rename(writeZip([{ path: "ab", bytes: utf8("1") }, { path: "cd", bytes: utf8("2") }]), "cd", "AB"))).toBe("zip.duplicate");
  });

  it("reads leniently what other readers open, and nothing that they would read in two ways", () => {
    const named = (name: string) => rename(writeZip([{ path: "x".repeat(utf8(name).length), bytes: utf8("y") }]), "x".repeat(utf8(name).length), name);
    const lenient = (bytes: Uint8Array) => {
      const read = readZip(bytes, undefined, "lenient");
      return read.ok ? read.value.map(({ path }) => path) : read.error.code;
    };
    const names = entries.map(({ path }) => path);
    expect(lenient(good)).toEqual(names);
    expect(lenient(named("Doc_0\\a.xml"))).toEqual(["Doc_0/a.xml"]);
    for (const bad of ["..\\etc", "\\etc", "a\\..\\..\\b", "C:\\x", "a\\\\b", "../etc"]) expect([bad, lenient(named(bad))]).toEqual([bad, "zip.path"]);
    expect(lenient(rename(writeZip([{ path: "a/b", bytes: utf8("1") }, { path: "c/d", bytes: utf8("2") }]), "c/d", "a\\b"))).toBe("zip.duplicate");
    const before = (text: string) => Uint8Array.from([...utf8(text), ...good]);
    expect([codeOf(before("MZ stub")), lenient(before("MZ stub"))]).toEqual(["zip.directory", names]);
    expect(lenient(before("PK stub"))).toBe("zip.directory");
    expect([codeOf(set(good, first + 16, 1, 2, 3, 4)), lenient(set(good, first + 16, 1, 2, 3, 4))]).toEqual(["zip.damaged", names]);
    expect(lenient(set(good, first + 24, 99))).toBe("zip.damaged");
  });

  it("refuses a local header that says something else than the directory", () => {
    expect(codeOf(set(good, 30, "X".charCodeAt(0)))).toBe("zip.header");
    expect(codeOf(set(good, 8, 0))).toBe("zip.header");
  });

  it("refuses encryption, other methods, links and ZIP64", () => {
    expect(codeOf(set(good, first + 8, 1, 8))).toBe("zip.encrypted");
    expect(codeOf(set(good, first + 10, 12))).toBe("zip.method");
    expect(codeOf(set(set(good, first + 5, 3), first + 40, 0xff, 0xa1))).toBe("zip.link");
    expect(codeOf(set(good, first + 20, 255, 255, 255, 255))).toBe("zip.zip64");
    expect(codeOf(set(good, good.length - 12, 255, 255))).toBe("zip.split");
  });

  it("refuses wrong sizes, wrong CRC and damaged data", () => {
    expect(codeOf(set(good, first + 16, good[first + 16]! ^ 1))).toBe("zip.damaged");
    expect(codeOf(set(good, first + 24, good[first + 24]! - 1))).toBe("zip.damaged");
    expect(codeOf(set(good, first + 24, good[first + 24]! + 1))).toBe("zip.damaged");
    expect(codeOf(set(good, 40, 0xff, 0xff, 0xff))).toBe("zip.damaged");
  });

  it("refuses entries that share their bytes", () => {
    const two = writeZip([{ path: "aa", bytes: utf8("same"), store: true }, { path: "bb", bytes: utf8("same"), store: true }]);
    const second = offsetOf(two, central) + 46 + 2;
    const pointed = set(two, second + 42, 0, 0, 0, 0);
    const renamed = rename(pointed, "bb", "aa");
    expect(codeOf(pointed)).toBe("zip.header");
    expect(["zip.duplicate", "zip.overlap"]).toContain(codeOf(renamed));
    const quine = writeZip([{ path: "aa", bytes: writeZip([{ path: "bb", bytes: utf8("inner"), store: true }]), store: true }, { path: "bb", bytes: utf8("inner"), store: true }]);
    // The last directory entry is pointed at the header inside the first file (30 bytes of header, 2 of name).
    const inside = set(quine, quine.length - 22 - 48 + 42, 32, 0, 0, 0);
    expect(codeOf(inside)).toBe("zip.overlap");
  });

  it("refuses bombs by ratio, by entry, by total and by count, before unpacking", () => {
    const zeros = writeZip([{ path: "zeros", bytes: new Uint8Array(4_000_000) }]);
    expect(codeOf(zeros)).toBe("zip.bomb");
    expect(codeOf(zeros, { ...ZIP_LIMITS, maxRatio: 5000 })).toBe("ok");
    expect(codeOf(good, { ...ZIP_LIMITS, maxEntryBytes: 10 })).toBe("zip.bomb");
    expect(codeOf(good, { ...ZIP_LIMITS, maxTotalBytes: 302 })).toBe("zip.bomb");
    expect(codeOf(good, { ...ZIP_LIMITS, maxEntries: 3 })).toBe("zip.too-many");
  });

  it("refuses cut archives at every length, and answers every flipped byte with a value", () => {
    for (let length = 0; length < good.length; length++) if (codeOf(good.subarray(0, length)) === "ok") throw new Error(`cut at ${length}`);
    const wanted = JSON.stringify(readZip(good));
    for (let at = 0; at < good.length; at++) {
      const read = readZip(set(good, at, good[at]! ^ 0x41));
      // What is still accepted (times, attributes) has the same files with the same bytes, or another clean name.
      if (read.ok && JSON.stringify(read) !== wanted) throw new Error(`byte ${at} changes the content unseen`);
    }
    expect(codeOf(utf8("not a zip"))).toBe("zip.no-directory");
    expect(readZip(writeZip([]))).toEqual({ ok: true, value: [] });
  });

  it("is not led to a second directory by bytes before or after", () => {
    const doubled = Uint8Array.from([...good, ...writeZip([{ path: "evil", bytes: utf8("x") }])]);
    expect(codeOf(doubled)).not.toBe("ok");
    expect(codeOf(Uint8Array.from([...good, 0]))).toBe("zip.no-directory");
  });

  it.skipIf(noSamples)("opens the packages of third parties and refuses the hostile one", () => {
    const names = readdirSync(join(samples, "ofdrw")).filter((name) => name.endsWith(".ofd"));
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) {
      const read = readZip(new Uint8Array(readFileSync(join(samples, "ofdrw", name))));
      expect([name, read.ok ? read.value.some((entry) => entry.path === "OFD.xml") : read.error]).toEqual([name, true]);
    }
    const hostile = new Uint8Array(readFileSync(join(samples, "derived/v4signed_zip-path-traversal.ofd")));
    expect(codeOf(hostile)).toBe("zip.path");
    const chinese = readZip(new Uint8Array(readFileSync(join(samples, "ofdrw/chineseDir.ofd"))));
    expect(chinese.ok && chinese.value.some(({ path }) => /\p{Script=Han}/u.test(path))).toBe(true);
  });
});
