import { describe, expect, it } from "vitest";
import { collect } from "../../../kernel/collect.ts";
import { run } from "../../../kernel/suspend.ts";
import type { Diagnosis, Instant } from "../../../kernel/types/index.ts";
import { agentLogs } from "../../../runbook/tickets/logs.ts";
import { aWorld, checkout } from "../../support/clusters.ts";
import { given, worldOf } from "../../support/evidence.ts";
import { foundFaulty } from "../../support/guards.ts";
import { at, sha } from "../../support/incidents.ts";
import { aDaemonSet, aPod, type Change, ownedBy, type Raw } from "../../support/objects.ts";
import { aWorkload } from "../../support/workloads.ts";

const agents = aDaemonSet();
const agent = (node: string, change: Change = {}): Raw =>
  aPod({
    metadata: { name: `spirl-agent-${node}`, namespace: "spirl-system", ...ownedBy(agents) },
    spec: { nodeName: node, containers: [{ name: "agent" }] },
    ...change,
  });
const unready = { status: { phase: "Running", conditions: [{ type: "Ready", status: "False" }] } };
const about = foundFaulty([], {
  ...{ is: "faulty", says: "x", check: "svid.mint-failures", evidence: [sha("e")] },
  subject: aWorkload(),
} as const);

async function logs(objects: readonly Raw[], diagnosis: Diagnosis | undefined = about, since: Instant = at(-900), now = at(0)) {
  const { value } = await collect((seen) => {
    const ran = run((read) => agentLogs(diagnosis, read, given({ now }), since), seen);
    return { value: ran.did === "finish" ? ran.value : [], wants: ran.did === "miss" ? ran.queries : [] };
  }, worldOf({ objects }));
  return value.map(({ text }) => text);
}
const log = (node: string, container = "agent", seconds = 900) =>
  `/api/v1/namespaces/spirl-system/pods/spirl-agent-${node}/log?container=${container}&timestamps=true&sinceSeconds=${seconds}`;

describe("the agents' logs of a ticket", () => {
  it("are those of the agent on the node that the findings are about", async () =>
    expect(await logs([agents, agent("node-1"), agent("node-10"), ...checkout()])).toEqual([log("node-1")]));

  it("begin at the time that is asked for, however long ago that is, and are of a second at least", async () => {
    const objects = [agents, agent("node-1"), ...checkout()];
    expect(await logs(objects, about, at(-900), at(3600))).toEqual([log("node-1", "agent", 4500)]);
    expect(await logs(objects, about, at(0), at(0))).toEqual([log("node-1", "agent", 1)]);
  });

  it("are of all containers that go on running, and of none that only prepared", async () => {
    const containers = {
      nodeName: "node-1",
      initContainers: [{ name: "init-dir" }, { name: "proxy", restartPolicy: "Always" }],
      containers: [{ name: "agent" }, { name: "exporter" }],
    };
    expect(await logs([agents, agent("node-1", { spec: containers }), ...checkout()])).toEqual([
      log("node-1", "proxy"),
      log("node-1"),
      log("node-1", "exporter"),
    ]);
  });

  it("are, where no node can be told, of the agents that are not Ready, else of any one", async () => {
    const three = ["a", "b", "c"].map((node) => agent(node));
    expect(await logs([agents, ...three], undefined)).toEqual([log("a")]);
    expect(await logs([agents, ...three.slice(0, 2), agent("c", unready)], undefined)).toEqual([log("c")]);
    expect(await logs(aWorld(), undefined)).toHaveLength(1);
  });

  it("are of five agents at most, and of nobody else's pods", async () => {
    const many = Array.from({ length: 9 }, (_, index) => agent(`n${index}`, unready));
    expect(await logs([agents, ...many], undefined)).toHaveLength(5);
    expect(await logs([agents, agent("a", { metadata: { name: "spirl-agent-a", namespace: "spirl-system" } })], undefined)).toEqual([]);
    expect(await logs([], undefined)).toEqual([]);
  });
});
