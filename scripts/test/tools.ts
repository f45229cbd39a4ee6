import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What the tests ask for a second opinion or a window, and the Debian package that brings it. */
const TOOLS = [
  { tool: 'chromium', names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'], debian: 'chromium' },
  { tool: 'pdfsig', names: ['pdfsig'], debian: 'poppler-utils' },
  { tool: 'qpdf', names: ['qpdf'], debian: 'qpdf' },
  { tool: 'mutool', names: ['mutool'], debian: 'mupdf-tools' },
  { tool: 'openssl', names: ['openssl'], debian: 'openssl' },
  { tool: 'xmllint', names: ['xmllint'], debian: 'libxml2-utils' },
  { tool: 'soffice', names: ['soffice', 'libreoffice'], debian: 'libreoffice-writer-nogui' },
  { tool: 'certutil', names: ['certutil'], debian: 'libnss3-tools' },
  { tool: 'softhsm2-util', names: ['softhsm2-util'], debian: 'softhsm2' },
] as const;

const CJK_FONTS = ['/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc', '/usr/share/fonts/noto-cjk'];

/** The path of the first of these commands that is on PATH. */
export function which(names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

type Missing = { tool: string; debian: string };

function missing(): Missing[] {
  const tools: Missing[] = TOOLS.filter(({ names }) => which(names) === undefined).map(({ tool, debian }) => ({ tool, debian }));
  const fonts = process.platform !== 'linux' || CJK_FONTS.some((path) => existsSync(path));
  return fonts ? tools : [...tools, { tool: 'Chinese fonts', debian: 'fonts-noto-cjk' }];
}

/**
 * Installs what is missing where it may (root on Debian), and otherwise says what to run. Returns what is still
 * missing, each with the reason, so that the tests which need it are skipped aloud and never quietly.
 */
export function ensureTools(): { tool: string; reason: string }[] {
  const wanted = missing();
  if (wanted.length === 0) return [];
  const packages = [...new Set(wanted.map(({ debian }) => debian))];
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  const byHand = `apt-get update && apt-get ${install.join(' ')}`;
  const mayInstall = process.getuid?.() === 0 && which(['apt-get']) !== undefined && !process.env['WENSHU_NO_INSTALL'];
  console.log(`missing: ${wanted.map(({ tool }) => tool).join(', ')}`);
  if (mayInstall) {
    console.log(`installing: ${byHand}`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const options = { env, stdio: ['ignore', 'ignore', 'inherit'] as ('ignore' | 'inherit')[] };
    spawnSync('apt-get', ['update', '-qq'], options);
    spawnSync('apt-get', install, options);
  }
  const still = missing();
  if (still.length > 0) {
    console.error(`!!! still missing: ${still.map(({ tool }) => tool).join(', ')}`);
    console.error(`!!! on Debian, as root: ${byHand}`);
  }
  return still.map(({ tool, debian }) => ({ tool, reason: `not installed; on Debian: apt-get install -y ${debian}` }));
}
