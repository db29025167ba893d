import { inNetwork } from "../../../../adapters/policy/places.ts";
import type { Switch } from "../../../../kernel/types/index.ts";
import { contract } from "../../../../lambdas/remediate/contract.ts";
import { capabilities } from "../../../../runbook/remedies/capabilities.ts";
import { type Check, failed, ok } from "../check.ts";
import { networksOf, type StackPorts } from "../ports.ts";

/** Nobody has taken an emergency stop back, or somebody has. */
export const writersMayRun: Check<StackPorts> = {
  id: "writers",
  run: async (ports) => {
    const { stack, reserved } = ports;
    const all = [undefined, ...(await networksOf(ports))].flatMap((network) => capabilities.map((id) => inNetwork(id, network)));
    const each = await Promise.all(all.map(async (id) => ({ id, number: await reserved(id) })));
    const wrong = each.find(({ number }) => number !== contract.concurrency);
    if (!wrong) return ok(`the functions that write may run, ${contract.concurrency} each at once`);
    const resume = `remediator resume --emergency --stack ${stack}`;
    if (wrong.number === 0) return failed(`${wrong.id} is stopped by \`stop --emergency\``, resume);
    return failed(`${wrong.id} may run ${wrong.number ?? "without a number of its own"}, and not ${contract.concurrency} at once`, resume);
  },
};

export const switchesThere: Check<StackPorts> = {
  id: "switches",
  run: async ({ stack, clusters, switchOf }) => {
    const reaches = ["all" as const, ...(await clusters()).map((cluster) => ({ cluster }))];
    const each = await Promise.all(reaches.map(async (of) => ({ of, now: await switchOf(of) })));
    const wrong = each.find(({ now }) => now.state !== "off");
    if (!wrong) return ok(`the stop switches are there, and off (${each.length})`);
    const flags = wrong.of === "all" ? "" : ` --cluster ${wrong.of.cluster}`;
    return failed(
      `${wrong.of === "all" ? "everywhere" : `in ${wrong.of.cluster}`} ${why(wrong.now)}`,
      `remediator resume${flags} --stack ${stack}`,
    );
  },
};

const why = (now: Switch): string =>
  now.state === "on"
    ? `nothing is written: stopped since ${now.since} by ${now.by}: ${now.why}`
    : "nothing is written: the stop switch was never set";
