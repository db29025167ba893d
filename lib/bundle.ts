import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync, type Metafile } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
export const folderOf = (name: string): string => join(root, "lambdas", name);
/** For packages that still ask for `require`. */
const requireIsThere = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/**
 * Bundles `lambdas/<folder>/index.ts` with all that it imports, the AWS SDK too, into `index.mjs`. Functions and errors keep their names, for
 * these stand in records and logs. Throws where it cannot be bundled.
 */
export function bundle(folder: string, outputFolder: string): Metafile {
  const entry = join(folderOf(folder), "index.ts");
  if (!existsSync(entry)) throw new Error(`there is no lambdas/${folder}/index.ts to deploy`);
  return buildSync({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: join(outputFolder, "index.mjs"),
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"],
    alias: { "@aws-sdk/credential-provider-node": join(folderOf("wiring"), "credentials.ts") },
    banner: { js: requireIsThere },
    minify: true,
    keepNames: true,
    legalComments: "none",
    metafile: true,
    logLevel: "silent",
  }).metafile;
}
