import { describe, expect, it } from "vitest";
import type { Fleet } from "../../../kernel/types/index.ts";
import { fleetInjected } from "../../../runbook/checks/fleet-injected.ts";
import { healthAgentsReady } from "../../../runbook/checks/health-agents-ready.ts";
import { allPods, controller } from "../../../runbook/queries/kubernetes.ts";
import { aWorld, withThese } from "../../support/clusters.ts";
import { type Answers, finding, Missing } from "../../support/evidence.ts";
import { aDaemonSet, aPod, aWebhookBy, type Change, injected, label, type Raw } from "../../support/objects.ts";

const fleet: Fleet = { on: "fleet" };
const pods = (prefix: string, count: number, change: Change = {}): readonly Raw[] =>
  Array.from({ length: count }, (_, index) =>
    aPod({ metadata: { name: `${prefix}-${index}`, labels: { [label]: "enabled" } }, ...change }),
  );
const well = pods("well", 3, { spec: injected });

describe("fleet.injected", () => {
  const look = (answers: Answers) => finding(fleetInjected, fleet, answers);
  it("finds those that have no way to the socket, and names the first of their workloads", async () =>
    expect(await look({ objects: aWorld(...pods("ill", 7), ...well) })).toMatchObject({
      is: "faulty",
      says: "7 of 10 pods that should have the socket have no way to it, in 7 workloads: Pod payments/ill-0, Pod payments/ill-1, Pod payments/ill-2, Pod payments/ill-3, Pod payments/ill-4 and 2 more",
      manual: expect.stringContaining("kubectl get mutatingwebhookconfigurations"),
    }));
  it("is quiet where all have one, also one of their own", async () => {
    const own = {
      spec: {
        volumes: [{ name: "v", hostPath: { path: "/run/spirl" } }],
        containers: [{ name: "app", volumeMounts: [{ name: "v", mountPath: "/spirl-agent-socket" }] }],
      },
    };
    expect(await look({ objects: aWorld(...well, ...pods("own", 2, own)) })).toMatchObject({
      is: "healthy",
      says: "all 5 pods that should have the socket have a way to it",
    });
  });
  it("is unknown where nobody is expected, where it cannot be computed, and where the pods cannot be read", async () => {
    expect((await look({ objects: aWorld() })).is).toBe("unknown");
    const byUser = aWebhookBy({ matchConditions: [{ name: "u", expression: "request.userInfo.username == 'x'" }] });
    expect((await look({ objects: withThese(aWorld(...pods("open", 2)), byUser) })).is).toBe("unknown");
    expect(await look({ objects: aWorld(...well), besides: [[allPods(), new Missing("403")]] })).toMatchObject({
      is: "unknown",
      says: "403",
    });
  });
});

describe("health.agents-ready", () => {
  const look = (answers: Answers) => finding(healthAgentsReady, fleet, answers);
  const ready = (numberReady: number | undefined, desiredNumberScheduled: number | undefined = 4) =>
    look({ objects: [aDaemonSet({ status: { numberReady, desiredNumberScheduled } })] });
  it("finds agents that are not Ready, and that there are none", async () => {
    expect(await ready(3)).toMatchObject({ is: "faulty", says: "1 of 4 agents are not Ready", see: "agent-restarts" });
    expect(await look({})).toMatchObject({ is: "faulty", says: "DaemonSet spirl-system/spirl-agent is not there" });
  });
  it("is quiet where all are Ready", async () => expect(await ready(4)).toMatchObject({ is: "healthy", says: "4 of 4 agents are Ready" }));
  it("is unknown where it does not say, wants none, or cannot be read", async () => {
    expect((await ready(undefined)).is).toBe("unknown");
    expect((await ready(0, 0)).is).toBe("unknown");
    const blind = [[controller("DaemonSet", "spirl-system", "spirl-agent"), new Missing("403")]] as const;
    expect(await look({ besides: blind })).toMatchObject({ is: "unknown", says: "403" });
  });
});
