// Builds everything that browsers and PDFs load into core/static (never committed):
//   core/static/dist/   bundles, islands, icon sprite, licences, manifest.json
//   core/static/fonts/  the two fonts of PDF documents
// Run by `make run`, `make test` and the wheel build through tools/frontend.py.

import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const out = join(root, "core/static/dist");
const fonts = join(root, "core/static/fonts");
const packages = join(root, "node_modules");

/** All files below a folder whose name ends in one of the endings. */
function walk(folder, endings) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((item) => {
    const path = join(folder, item.name);
    if (item.isDirectory()) return item.name === "__pycache__" || item.name === "static" ? [] : walk(path, endings);
    return endings.some((ending) => item.name.endsWith(ending)) ? [path] : [];
  });
}

/** Island name → file: the core's, then every plugin's; a name may exist once. */
function islands() {
  const folders = [join(root, "frontend/islands")];
  const plugins = join(root, "plugins");
  if (existsSync(plugins)) {
    for (const name of readdirSync(plugins).sort()) folders.push(join(plugins, name, "frontend/islands"));
  }
  const found = {};
  for (const folder of folders.filter((path) => existsSync(path))) {
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".js")).sort()) {
      const name = basename(file, ".js");
      if (found[name]) throw new Error(`island "${name}" exists twice: ${found[name]} and ${join(folder, file)}`);
      found[name] = join(folder, file);
    }
  }
  return found;
}

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  target: "es2022",
  legalComments: "linked",
  metafile: true,
  outdir: out,
  entryNames: "[dir]/[name]-[hash]",
  chunkNames: "chunks/[name]-[hash]",
  assetNames: "assets/[name]-[hash]",
  loader: { ".woff2": "file", ".woff": "empty", ".svg": "dataurl", ".png": "dataurl" },
  logLevel: "warning",
};

/** Bundle and return {logical name: file below dist}. */
async function bundle() {
  const files = {};
  const note = (result) => {
    for (const [path, output] of Object.entries(result.metafile.outputs)) {
      const file = relative(out, join(root, path));
      if (output.entryPoint) {
        const logical = file.replace(/-[A-Z0-9]{8}(\.\w+)$/, "$1");
        files[logical] = file;
        // app.js also gets a bundle of its islands' styles, which the islands load by themselves
        if (output.cssBundle && logical !== "app.js") {
          files[logical.replace(/\.js$/, ".css")] = relative(out, join(root, output.cssBundle));
        }
      } else {
        files[file] = file;
      }
    }
  };
  const entry = (name) => ({ in: join(root, "frontend", name), out: name.replace(/\.\w+$/, "") });
  const present = (name) => existsSync(join(root, "frontend", name));
  const own = islands();
  const modules = ["app.js"].filter(present).map(entry);
  for (const [name, path] of Object.entries(own)) modules.push({ in: path, out: `islands/${name}` });
  // boot.js blocks the first paint (theme), so it is a classic script, not a module
  if (present("boot.js")) note(await build({ ...common, entryPoints: [entry("boot.js")], format: "iife" }));
  if (present("app.css")) note(await build({ ...common, entryPoints: [entry("app.css")] }));
  if (modules.length) note(await build({ ...common, entryPoints: modules, format: "esm", splitting: true }));
  return { files, names: Object.keys(own) };
}

const NAMED_ICON = /\bicon["']?(?:\(\s*|\s*[=:]\s*)["']([a-z0-9][a-z0-9-]*)["']/g;
// declarations may give the icon by its place: Menu(target, label, group, icon, …), Counter(…, icon)
const PLACED_ICONS = [
  /\bMenu\((?:[^()]|\([^()]*\))*?,\s*"([a-z][a-z0-9-]*)",\s*\d+/g,
  /\bCounter\((?:[^()]|\([^()]*\))*?,\s*"([a-z][a-z0-9-]*)",?\s*\)/g,
];

/** Names of icons that templates, scripts and declarations use, with one place each. */
function usedIcons() {
  const used = new Map();
  const sources = [
    ...walk(join(root, "core"), [".html", ".py", ".xml"]),
    ...walk(join(root, "plugins"), [".html", ".py", ".js"]),
    ...walk(join(root, "frontend"), [".js"]),
  ];
  for (const file of sources) {
    const text = readFileSync(file, "utf8");
    for (const pattern of file.endsWith(".py") ? [NAMED_ICON, ...PLACED_ICONS] : [NAMED_ICON]) {
      for (const match of text.matchAll(pattern)) {
        if (!used.has(match[1])) used.set(match[1], relative(root, file));
      }
    }
  }
  const list = join(root, "frontend/icons.txt");
  if (existsSync(list)) {
    for (const line of readFileSync(list, "utf8").split("\n")) {
      const name = line.replace(/#.*/, "").trim();
      if (name && !used.has(name)) used.set(name, "frontend/icons.txt");
    }
  }
  return used;
}

/** Write one SVG with a symbol per used icon; returns [file, icon names, faults]. */
function sprite() {
  const symbols = [];
  const faults = [];
  const names = [];
  for (const [name, place] of [...usedIcons()].sort()) {
    const file = join(packages, "@tabler/icons/icons/outline", `${name}.svg`);
    if (!existsSync(file)) {
      faults.push(`icon "${name}" (${place}) is not among the outline icons of @tabler/icons`);
      continue;
    }
    const inner = readFileSync(file, "utf8")
      .replace(/^[\s\S]*?<svg[^>]*>/, "")
      .replace(/<\/svg>\s*$/, "")
      .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "")
      .replace(/\s*\n\s*/g, "");
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${inner}</symbol>`);
    names.push(name);
  }
  const text = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
  const file = `icons-${createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase()}.svg`;
  writeFileSync(join(out, file), text);
  return [file, names, faults];
}

/** The mark of the product, for the browser's tab and the head of the menu. */
function mark() {
  const text = readFileSync(join(root, "frontend/mark.svg"));
  const file = `mark-${createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase()}.svg`;
  writeFileSync(join(out, file), text);
  return file;
}

/** Copy the fonts of PDF documents and the licences of what is shipped but not bundled as code. */
function copies() {
  mkdirSync(fonts, { recursive: true });
  mkdirSync(join(out, "licences"), { recursive: true });
  const noto = join(packages, "@expo-google-fonts/noto-sans-sc");
  copyFileSync(join(noto, "400Regular/NotoSansSC_400Regular.ttf"), join(fonts, "NotoSansSC-Regular.ttf"));
  copyFileSync(join(noto, "700Bold/NotoSansSC_700Bold.ttf"), join(fonts, "NotoSansSC-Bold.ttf"));
  const licences = {
    "noto-sans-sc.txt": join(noto, "LICENSE_FONT"),
    "inter.txt": join(packages, "@fontsource-variable/inter/LICENSE"),
    "tabler-icons.txt": join(packages, "@tabler/icons/LICENSE"),
  };
  for (const [name, path] of Object.entries(licences)) {
    if (existsSync(path)) copyFileSync(path, join(out, "licences", name));
  }
  return Object.keys(licences).map((name) => `licences/${name}`);
}

/** Remove what an earlier build left. */
function tidy(keep) {
  for (const path of walk(out, [""])) {
    if (!keep.has(relative(out, path))) rmSync(path);
  }
}

const begun = Date.now();
mkdirSync(out, { recursive: true });
const { files, names } = await bundle();
const [svg, icons, faults] = sprite();
const licences = copies();
const sign = mark();
const manifest = {
  ...Object.fromEntries(Object.entries(files).filter(([logical, file]) => logical !== file)),
  "icons.svg": svg,
  "mark.svg": sign,
  icons,
  islands: Object.fromEntries(
    names.map((name) => {
      const css = files[`islands/${name}.css`];
      return [name, { js: files[`islands/${name}.js`], ...(css ? { css } : {}) }];
    }),
  ),
};
writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest, null, 1) + "\n");
tidy(new Set([...Object.values(files), ...licences, svg, sign, "manifest.json"]));
const size = [...Object.values(files)].reduce((sum, file) => sum + statSync(join(out, file)).size, 0);
console.log(
  `assets: ${Object.keys(files).length} files, ${names.length} islands, ${icons.length} icons, ` +
    `${Math.round(size / 1024)} KB in ${((Date.now() - begun) / 1000).toFixed(1)} s`,
);
if (faults.length) {
  console.error(faults.join("\n"));
  process.exit(1);
}
