/**
 * Runs a script of this project on Node 24, and says loudly when that is not what it was started with.
 * Plain JavaScript, because an older Node cannot even read the scripts themselves.
 *
 *   node scripts/node24.mjs scripts/check.ts [arguments]
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const WANTED = 24;
const [script, ...rest] = process.argv.slice(2);
const major = Number(process.versions.node.split('.')[0]);

if (script === undefined) {
  console.error('usage: node scripts/node24.mjs SCRIPT.ts [arguments]');
  process.exit(2);
}

if (major === WANTED) {
  // The tools that the script starts are Node programs too: they must find this Node first, not the machine's.
  process.env.PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`;
  process.argv.splice(1, 2, resolve(script));
  await import(pathToFileURL(resolve(script)).href);
} else {
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const found = [`.bin/${file}`, `node-${system}-${process.arch}/bin/${file}`]
    .map((path) => fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url)))
    .find((path) => existsSync(path));
  console.error(`\n!!! 需要 Node ${WANTED}，当前是 ${process.version} (${process.execPath})`);
  if (found === undefined) {
    console.error(`!!! 本项目自带的 Node ${WANTED} 没有安装：请运行 npm ci，或自行安装 Node ${WANTED}。\n`);
    process.exit(1);
  }
  console.error(`!!! 改用 ${found}\n`);
  const { status } = spawnSync(found, [fileURLToPath(import.meta.url), script, ...rest], { stdio: 'inherit' });
  process.exit(status ?? 1);
}
