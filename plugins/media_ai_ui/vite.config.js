import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { defineConfig } from "vite";

const ROOT = import.meta.dirname;

/** Packages that Airflow's page has already, and the global that each is found under. */
const HOST = {
  react: "React",
  "react-dom": "ReactDOM",
  "react/jsx-runtime": "ReactJSXRuntime",
  "react-router-dom": "ReactRouterDOM",
  "@chakra-ui/react": "ChakraUI",
};

/** Take those packages from the page; a second copy of React would not work with Airflow's. */
function fromHost() {
  const prefix = "\0host:";
  return {
    name: "from-host",
    enforce: "pre",
    resolveId: (id) => (id in HOST ? prefix + id : null),
    async load(id) {
      if (!id.startsWith(prefix)) return null;
      const name = id.slice(prefix.length);
      const exported = Object.keys(await import(name)).filter((key) => /^[A-Za-z_$][\w$]*$/.test(key) && key !== "default");
      const lines = exported.map((key) => `export const ${key} = host.${key};`);
      return { code: [`const host = globalThis.${HOST[name]};`, ...lines, "export default host;"].join("\n"), moduleSideEffects: false };
    },
  };
}

/** The files that the build is made from, in a fixed order. */
export function sources() {
  const under = (folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
  const files = ["openapi.json", "package.json", "package-lock.json", "tsconfig.json", "vite.config.js", ...under("public"), ...under("src")];
  return files.map((file) => file.replaceAll("\\", "/")).sort();
}

/** Record what the build was made from, and what came out: a test compares both with the files that are there. */
function record() {
  const digest = (path) => createHash("sha256").update(readFileSync(join(ROOT, path))).digest("hex");
  return {
    name: "record-sources",
    closeBundle() {
      const built = readdirSync(join(ROOT, "dist"), { withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => entry.name);
      const of = (files, folder) => Object.fromEntries(files.map((file) => [file, digest(folder + file)]));
      const made = { sources: of(sources(), ""), built: of(built.filter((file) => file !== "record.json").sort(), "dist/") };
      writeFileSync(join(ROOT, "dist/record.json"), `${JSON.stringify(made, null, 1)}\n`);
    },
  };
}

export default defineConfig({
  root: ROOT,
  base: "./",
  plugins: [fromHost(), record()],
  resolve: {
    alias: {
      // React Flow's store takes it as CommonJS, which asks for React by `require`.
      "use-sync-external-store/shim/with-selector.js": join(ROOT, "src/lib/syncStore.ts"),
      "use-sync-external-store/shim/with-selector": join(ROOT, "src/lib/syncStore.ts"),
    },
  },
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
  build: {
    target: "es2022",
    modulePreload: false,
    manifest: "manifest.json",
    emptyOutDir: true,
    assetsDir: "",
    rollupOptions: {
      input: join(ROOT, "src/main.tsx"),
      preserveEntrySignatures: "strict",
      onwarn: (warning, tell) => warning.code !== "MODULE_LEVEL_DIRECTIVE" && tell(warning),
      treeshake: { propertyReadSideEffects: false },
      output: { entryFileNames: "[name]-[hash].js", chunkFileNames: "[name]-[hash].js", assetFileNames: "[name]-[hash][extname]" },
    },
  },
});
