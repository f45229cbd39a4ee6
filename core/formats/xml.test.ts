import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeXml, writeXml, xmlElement, xmlText } from "#core/formats";
import { skipLoudly } from "../../tests/harness/skips.ts";

const noXmllint = spawnSync("xmllint", ["--version"]).status !== 0 && skipLoudly("cross-check with xmllint", "xmllint is not on the path");

describe("XML writing", () => {
  it("has one fixed form", () => {
    const tree = xmlElement("件", { 版本: "1", "xml:lang": "zh-CN" }, [
      xmlText("题名", '<关于> "A&B" 的通知'),
      xmlElement("空", {}, []),
      xmlElement("组", { n: "a\tb\n" }, [xmlText("项", "")]),
    ]);
    expect(writeXml(tree)).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<件 版本="1" xml:lang="zh-CN">\n  <题名>&lt;关于&gt; &quot;A&amp;B&quot; 的通知</题名>\n  <空/>\n  <组 n="a&#9;b&#10;">\n    <项></项>\n  </组>\n</件>\n',
    );
  });

  it("refuses names and characters that XML cannot hold", () => {
    for (const bad of ["", "1a", "a b", "a:b:c", "a<", "-a", "a&b"]) expect(() => writeXml(xmlText(bad, ""))).toThrow(RangeError);
    for (const bad of ["\u0000", "\u0008", "\u000b", "\u001f", "\uffff", "\ud800"]) expect(() => escapeXml(bad)).toThrow(RangeError);
    expect(() => writeXml(xmlElement("a", { "b c": "" }, []))).toThrow(RangeError);
    expect(() => writeXml({ name: "a", text: "x", children: [xmlText("b", "")] })).toThrow(RangeError);
  });

  it.skipIf(noXmllint)("gives text and attributes back through xmllint", () => {
    const legal = fc.string({ unit: fc.constantFrom(..."<>&\"'文a \t\n\r]\u2028"), maxLength: 12 });
    fc.assert(
      fc.property(legal, legal, (text, attribute) => {
        const xml = writeXml(xmlElement("r", {}, [xmlText("t", `[${text}]`, { a: `[${attribute}]` })]));
        const ask = (path: string) => spawnSync("xmllint", ["--xpath", `string(${path})`, "-"], { input: xml, encoding: "utf8" }).stdout;
        expect(ask("/r/t").replace(/\n$/, "")).toBe(`[${text}]`);
        expect(ask("/r/t/@a").replace(/\n$/, "")).toBe(`[${attribute}]`);
      }),
      { numRuns: 25 },
    );
  });
});
