/** A package with several signatures, taken apart and verified by a program of its own in Java with BouncyCastle, and by openssl. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildTimeStampReply, buildTimeStampRequest, readCertificate, readSignedData, readTimeStamp, sm3, timeStampOf, writePem } from '#core/crypto'
import { skipLoudly } from '../../../tests/harness/skips.ts'
import { noSamples, sample } from '../pdf/seal.fixture.ts'
import { readSealSignature, signOfd } from '../index.ts'
import { changed, filesOf, judge, office, order, plainOfd, sealed, SIGNED_AT } from './ofd.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'wenshu-second-'))
afterAll(() => rmSync(folder, { recursive: true }))
const put = (name: string, bytes: Uint8Array | string): string => {
  writeFileSync(join(folder, name), bytes)
  return join(folder, name)
}
const SIGNS = [0, 1, 2, 3].map((n) => `Doc_0/Signs/Sign_${n}`)
const must = <T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: { readonly message: string } }): T => {
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

/** Seal, digital signature with a time stamp, seal with a time stamp over a seam, and the first organ's again as the last. */
let ofd: Uint8Array
beforeAll(async () => {
  const [organ, other] = [await office(), await office('另一机关', { id: '15000000000002' })]
  const authority = await organ.pki.authority('sm2')
  const timeStamp = async (value: Uint8Array) =>
    ({ ok: true, value: await buildTimeStampReply(buildTimeStampRequest('sm3', sm3(value), 5n), { signer: authority, chain: [], now: '2026-11-24T10:01:00Z', policy: '1.2.3', serial: 10n }) }) as const
  const first = await sealed(order(plainOfd(3), organ))
  const second = must(await signOfd({ ofd: first, signer: other.signer, signedAt: SIGNED_AT, closing: 'open', timeStamp }))
  const third = await sealed(order(second, other, { places: [{ kind: 'seam', edge: 'right' }], timeStamp }))
  ofd = await sealed(order(third, organ, { places: [{ kind: 'at', page: 3, x: 60, y: 60 }], closing: 'locked' }))
})

/** One line a signature: its kind, references that hold of all, SM3 of Signature.xml, value, seal, list of signers. */
const program = `
import java.io.*; import java.nio.file.*; import java.security.*; import java.util.*; import java.util.zip.*; import org.w3c.dom.*;
import org.bouncycastle.asn1.*;
public class V {
  static Map<String, byte[]> files = new LinkedHashMap<>();
  static byte[] sm3(byte[] b) throws Exception { return MessageDigest.getInstance("SM3", "BC").digest(b); }
  static Document xml(String path) throws Exception {
    var f = javax.xml.parsers.DocumentBuilderFactory.newInstance(); f.setNamespaceAware(true);
    return f.newDocumentBuilder().parse(new ByteArrayInputStream(files.get(path)));
  }
  static String text(Document d, String name) { var l = d.getElementsByTagNameNS("*", name); return l.getLength() == 0 ? null : l.item(0).getTextContent().trim(); }
  static String path(String p) { return p.startsWith("/") ? p.substring(1) : p; }
  static byte[] octets(ASN1Encodable e) { return ASN1OctetString.getInstance(e).getOctets(); }
  static byte[] bits(ASN1Encodable e) { return ASN1BitString.getInstance(e).getOctets(); }
  static boolean good(byte[] cert, byte[] message, byte[] value) throws Exception {
    try {
      var c = java.security.cert.CertificateFactory.getInstance("X.509", "BC").generateCertificate(new ByteArrayInputStream(cert));
      var s = Signature.getInstance("SM3withSM2", "BC"); s.initVerify(c.getPublicKey()); s.update(message); return s.verify(value);
    } catch (SignatureException | IllegalArgumentException | java.security.cert.CertificateException e) { return false; } // a key that is none counts as a value that does not hold
  }
  static String yn(boolean b) { return b ? "y" : "n"; }
  static String seal(ASN1Sequence v, byte[] hash) throws Exception {
    var tbs = ASN1Sequence.getInstance(v.getObjectAt(0)); var seal = ASN1Sequence.getInstance(tbs.getObjectAt(1));
    var info = ASN1Sequence.getInstance(seal.getObjectAt(0)); byte[] cert = octets(v.getObjectAt(1)); boolean member = false;
    var list = ASN1Sequence.getInstance(ASN1Sequence.getInstance(info.getObjectAt(2)).getObjectAt(3));
    for (var e : list) member |= Arrays.equals(octets(e), cert);
    return "seal hash " + yn(Arrays.equals(bits(tbs.getObjectAt(3)), hash)) + " value " + yn(good(cert, tbs.getEncoded("DER"), bits(v.getObjectAt(3))))
      + " maker " + yn(good(octets(seal.getObjectAt(1)), info.getEncoded("DER"), bits(seal.getObjectAt(3)))) + " member " + yn(member);
  }
  static String digital(ASN1Sequence v, byte[] hash) throws Exception {
    var data = ASN1Sequence.getInstance(((ASN1TaggedObject) v.getObjectAt(1)).getExplicitBaseObject()); byte[] cert = null, digest = null; ASN1Sequence signer = null;
    for (var e : data) {
      if (e instanceof ASN1TaggedObject t && t.getTagNo() == 0) cert = ASN1Set.getInstance(t, false).getObjectAt(0).toASN1Primitive().getEncoded();
      if (e instanceof ASN1Set s) for (var o : s) if (ASN1Sequence.getInstance(o).size() > 2) signer = ASN1Sequence.getInstance(o);
    }
    var attributes = ASN1Set.getInstance((ASN1TaggedObject) signer.getObjectAt(3), false);
    for (var a : attributes) { var q = ASN1Sequence.getInstance(a);
      if (q.getObjectAt(0).toString().equals("1.2.840.113549.1.9.4")) digest = octets(ASN1Set.getInstance(q.getObjectAt(1)).getObjectAt(0)); }
    return "sign hash " + yn(Arrays.equals(digest, hash)) + " value " + yn(good(cert, attributes.getEncoded("DER"), octets(signer.getObjectAt(5))));
  }
  public static void main(String[] args) throws Exception {
    Security.addProvider(new org.bouncycastle.jce.provider.BouncyCastleProvider());
    for (String file : args) { files.clear();
      try (var zip = new ZipFile(file)) { for (var e : Collections.list(zip.entries())) files.put(e.getName(), zip.getInputStream(e).readAllBytes()); }
      var list = xml(path(text(xml("OFD.xml"), "Signatures"))).getElementsByTagNameNS("*", "Signature");
      for (int i = 0; i < list.getLength(); i++) {
        String at = path(((Element) list.item(i)).getAttribute("BaseLoc")); var own = xml(at); int held = 0;
        var references = own.getElementsByTagNameNS("*", "Reference");
        for (int j = 0; j < references.getLength(); j++) { var r = (Element) references.item(j); byte[] b = files.get(path(r.getAttribute("FileRef")));
          if (b != null && Base64.getEncoder().encodeToString(sm3(b)).equals(r.getElementsByTagNameNS("*", "CheckValue").item(0).getTextContent().trim())) held++; }
        var value = ASN1Sequence.getInstance(files.get(path(text(own, "SignedValue")))); byte[] hash = sm3(files.get(at));
        System.out.println(held + "/" + references.getLength() + " " + (value.getObjectAt(0) instanceof ASN1ObjectIdentifier ? digital(value, hash) : seal(value, hash)));
      } } } }`

const bcprov = '/usr/share/java/bcprov.jar'
const noJava = (!existsSync(bcprov) || spawnSync('javac', ['-version']).status !== 0) && skipLoudly('sealed OFD beside a verifier with BouncyCastle', 'JDK or libbcprov-java is not installed')
describe.skipIf(noJava)('a verifier of its own, with BouncyCastle', () => {
  const found = (...packs: readonly Uint8Array[]): readonly string[] => {
    const ran = spawnSync('java', ['-cp', bcprov, put('V.java', program), ...packs.map((bytes, i) => put(`${i}.ofd`, bytes))], { encoding: 'utf8' })
    expect([ran.status, ran.stderr]).toEqual([0, ''])
    return ran.stdout.trim().split('\n')
  }
  const SEAL = 'seal hash y value y maker y member y'
  test('agrees on every signature, file and seal', () => {
    const count = filesOf(plainOfd(3)).size
    // Each protects what was there and its seal; the last one the list as well.
    expect(found(ofd)).toEqual([`${count + 1}/${count + 1} ${SEAL}`, `${count + 3}/${count + 3} sign hash y value y`, `${count + 6}/${count + 6} ${SEAL}`, `${count + 10}/${count + 10} ${SEAL}`])
    expect(judge(ofd).signatures.map(({ verdict, coverage }) => `${verdict} ${coverage}`)).toEqual(Array(4).fill('valid whole'))
  }, 120_000)
  test('and on what was changed: a page, a value, a certificate, a signature file', () => {
    const flipped = (path: string, at: number) => changed(ofd, { [path]: filesOf(ofd).get(path)!.map((byte, i, all) => (i === (at + all.length) % all.length ? byte ^ 1 : byte)) })
    const packs = [
      changed(ofd, { 'Doc_0/Pages/Page_2/Content.xml': (text) => `${text} ` }), flipped(`${SIGNS[0]}/SignedValue.dat`, -3), flipped(`${SIGNS[1]}/SignedValue.dat`, 300),
      changed(ofd, { [`${SIGNS[2]}/Signature.xml`]: (text) => text.replace('PageRef="1"', 'PageRef="2"') }),
    ]
    const theirs = found(...packs)
    expect(theirs).toHaveLength(16)
    packs.forEach((pack, i) => {
      const bad = theirs.slice(4 * i, 4 * i + 4).map((line) => /\bn\b/.test(line) || !/^(\d+)\/\1 /.test(line))
      expect([i, judge(pack).signatures.map(({ verdict }) => verdict !== 'valid')]).toEqual([i, bad])
      expect(bad).toContain(true)
    })
  }, 120_000)
  test.skipIf(noSamples('ofdrw'))('reads files of other makers as we do', () => {
    expect(found(sample('ofdrw/v4signed.ofd'), sample('ofdrw/V4RideRight.ofd'), sample('ofdrw/SESV4SignDoc.ofd'), sample('derived/v4signed_page-content-changed.ofd')))
      .toEqual([`13/13 ${SEAL}`, `9/9 ${SEAL}`, `5/5 ${SEAL}`, `12/13 ${SEAL}`])
  }, 120_000)
})

const noOpenssl = spawnSync('openssl', ['version']).status !== 0 && skipLoudly('several signatures beside openssl', 'openssl is not installed')
describe.skipIf(noOpenssl)('openssl', () => {
  const verifies = (certificate: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean => {
    const key = put('key.pem', writePem('PUBLIC KEY', must(readCertificate(certificate)).spki))
    return spawnSync('openssl', ['dgst', '-sm3', '-verify', key, '-sigopt', 'distid:1234567812345678', '-signature', put('value', signature), put('message', message)]).status === 0
  }
  test('holds each value over TBS_Sign or the signed attributes, each seal over eSealInfo, and none over another\'s', () => {
    const files = filesOf(ofd)
    const value = (n: number): Uint8Array => files.get(`${SIGNS[n]}/SignedValue.dat`)!
    const seals = [0, 2, 3].map((n) => must(readSealSignature(value(n))))
    seals.forEach((one, i) => {
      expect(verifies(one.signerCertificate, one.tbsRaw, one.signature)).toBe(true)
      expect(verifies(one.seal.makerCertificate, one.seal.infoRaw, one.seal.signature)).toBe(true)
      expect(verifies(one.signerCertificate, seals[(i + 1) % 3]!.tbsRaw, one.signature)).toBe(false)
    })
    const [signer] = must(readSignedData(value(1))).signers
    expect(signer!.signed!.bytes[0]).toBe(0x31)
    const [certificate] = must(readSignedData(value(1))).certificates
    expect(verifies(certificate!, signer!.signed!.bytes, signer!.signature)).toBe(true)
    expect(verifies(certificate!, filesOf(ofd).get(`${SIGNS[1]}/Signature.xml`)!, signer!.signature)).toBe(false)
  })
  test('sees the SM3 of each signature value in its time stamp', () => {
    const files = filesOf(ofd)
    const sealed3 = must(readSealSignature(files.get(`${SIGNS[2]}/SignedValue.dat`)!))
    const [digital] = must(readSignedData(files.get(`${SIGNS[1]}/SignedValue.dat`)!)).signers
    for (const [token, over] of [[sealed3.timeStamp!, sealed3.signature], [timeStampOf(digital!)!, digital!.signature]] as const) {
      const told = execFileSync('openssl', ['dgst', '-sm3', '-r', put('value', over)], { encoding: 'utf8' }).split(' ')[0]
      expect(Buffer.from(must(readTimeStamp(token)).imprint).toString('hex')).toBe(told)
    }
  })
})
