import { readFileSync, writeFileSync } from "node:fs";
import { costPage } from "./page.ts";
import { standing } from "./standing.ts";
import type { Traces } from "./trace.ts";

/** `node bench/cost/render.ts` writes `docs/reference/cost.md` from the measurement that is there and the stack as it is. */
const traces = JSON.parse(readFileSync(new URL("traces.json", import.meta.url), "utf8")) as Traces;
writeFileSync(new URL("../../docs/reference/cost.md", import.meta.url), costPage(traces, standing()));
