import { readFileSync, writeFileSync } from "node:fs";
import { architectureWithGenerated } from "./picture.ts";
import { renderedWorkflow } from "./rendered.ts";

/** `node lib/render.ts` writes what is generated from the workflow: the definition that one machine runs, and its picture and table in the docs. */
const definition = renderedWorkflow();
writeFileSync(new URL("workflow.asl.json", import.meta.url), `${JSON.stringify(definition, null, 2)}\n`);
const page = new URL("../docs/architecture.md", import.meta.url);
writeFileSync(page, architectureWithGenerated(readFileSync(page, "utf8"), definition));
