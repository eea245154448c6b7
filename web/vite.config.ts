import { defineConfig, type Plugin } from "vite";
import { fileURLToPath } from "node:url";
import { fingerprint } from "./fingerprint.ts";
import { textsModule } from "./texts.ts";

const FOLDER = fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "");
const TEXTS = fileURLToPath(new URL("../data/conversation/widget.yml", import.meta.url));
const MODULE = "balie:texts";

/** Serves the texts of the YAML file as a module. */
function texts(): Plugin {
  return {
    name: "balie-texts",
    resolveId: (id) => (id === MODULE ? `\0${MODULE}` : undefined),
    load: (id) => (id === `\0${MODULE}` ? textsModule(TEXTS) : undefined),
  };
}

/** Keeps no blanks of the markup in templates: they are never shown. */
function tightTemplates(): Plugin {
  return {
    name: "balie-tight-templates",
    transform: (code, id) =>
      id.includes("/web/src/") ? { code: code.replace(/\n\s+/g, "\n"), map: null } : undefined,
  };
}

/** Names the sources on top of the built file; a test compares them. */
function banner(): Plugin {
  const line =
    `/*! Balie chat, built from web/ by make web. Sources: ${fingerprint(FOLDER, TEXTS)}. ` +
    "Contains Lit, (c) Google LLC, BSD-3-Clause. */\n";
  return {
    name: "balie-banner",
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) if (file.type === "chunk") file.code = line + file.code;
    },
  };
}

export default defineConfig({
  plugins: [texts(), tightTemplates(), banner()],
  build: {
    outDir: "../balie/desk/static",
    emptyOutDir: false,
    target: "es2022",
    // light-dark() and field-sizing stay as they are.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    modulePreload: false,
    // A classic script: it knows which server it came from (document.currentScript).
    lib: { entry: "src/index.ts", formats: ["iife"], name: "BalieChat", fileName: () => "balie-chat.js" },
  },
});
