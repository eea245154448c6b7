// A fingerprint of everything the built file is made from, so that a stale build can be told
// where there is no node to build it again.

import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const TOP = ["package.json", "package-lock.json", "tsconfig.json", "vite.config.ts", "texts.ts", "fingerprint.ts"];

/** SHA-256 over the names and contents of the sources, in order of their names. */
export function fingerprint(folder: string, textsFile: string): string {
  const names = readdirSync(join(folder, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  const hash = createHash("sha256");
  for (const name of [...TOP, ...names].sort()) {
    hash.update(`${name}\0`).update(readFileSync(join(folder, name))).update("\0");
  }
  return hash.update(readFileSync(textsFile)).digest("hex");
}
