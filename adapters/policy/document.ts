import { mkdirSync, writeFileSync } from "node:fs";
import { policyPage } from "./page.ts";

const folder = new URL("../../docs/reference/", import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL("policy.md", folder), policyPage());
