#!/usr/bin/env node
// Runs the command on the Node that came with the packages, whatever Node this file was started with.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const own = path("../node_modules/node/bin/node");
if (!existsSync(own)) {
  process.stderr.write(
    "remediator: Node 24 is missing from node_modules. Run `npm ci` (without --ignore-scripts, which would leave it out).\n",
  );
  process.exit(2);
}
const child = spawn(own, ["--disable-warning=ExperimentalWarning", path("./remediator.ts"), ...process.argv.slice(2)], {
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
