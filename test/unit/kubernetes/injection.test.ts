import { describe, expect, test } from "vitest";
import { deliveryTo, faultsOf, hasVolume } from "../../../runbook/kubernetes/injection.ts";
import { pod } from "../../../runbook/kubernetes/objects-pod.ts";
import { reader } from "../../../runbook/kubernetes/parse.ts";
import { aPod, type Change, driver, injected, merged } from "../../support/objects.ts";

const podWith = (spec: Change) => reader(pod)(aPod({ spec }));
const plain = podWith({});
const template = (spec: Change) => ({ labels: {}, annotations: {}, spec: podWith(spec).spec });
const container = (change: Change, name = "app") => merged({ name }, change);
const env = (value: string | undefined) => [{ name: "SPIFFE_ENDPOINT_SOCKET", ...(value === undefined ? { valueFrom: {} } : { value }) }];
const mount = (name: string, mountPath: string) => ({ volumeMounts: [{ name, mountPath }] });
const csi = { name: "s", csi: { driver, readOnly: true } };
const byWebhook = (spec: Change) => {
  const found = podWith(spec);
  const delivery = deliveryTo(found, plain.spec && template({}), driver);
  if (delivery.by !== "csi") throw new Error(`not by CSI: ${delivery.by}`);
  return faultsOf(found, delivery);
};

describe("how the socket gets into a pod", () => {
  test("by the driver of the volume, not by a name or a label that looks like it", () => {
    expect(hasVolume(podWith(injected), driver)).toBe(true);
    expect(hasVolume(podWith({ volumes: [{ name: "spiffe-workload-api", emptyDir: {} }] }), driver)).toBe(false);
    expect(hasVolume(podWith({ volumes: [{ name: "spiffe", csi: { driver: "secrets-store.csi.k8s.io" } }] }), driver)).toBe(false);
  });

  test("injected, where its template lacks it; its own, where that has it; either, where there is no template", () => {
    expect(deliveryTo(podWith(injected), template({}), driver)).toMatchObject({
      by: "csi",
      from: "webhook",
      volumes: ["spiffe-workload-api"],
    });
    expect(deliveryTo(podWith(injected), template(injected), driver)).toMatchObject({ by: "csi", from: "template" });
    expect(deliveryTo(podWith(injected), undefined, driver)).toMatchObject({ by: "csi", from: "either" });
    expect(deliveryTo(plain, template(injected), driver)).toEqual({ by: "nothing" });
  });

  test("from a directory of the node, where the variable leads there or at the usual place", () => {
    const volumes = [{ name: "host", hostPath: { path: "/run/spirl" } }];
    const asked = { volumes, containers: [container({ env: env("unix:///sockets/agent.sock"), ...mount("host", "/sockets") })] };
    expect(deliveryTo(podWith(asked), undefined, driver)).toMatchObject({ by: "node", says: expect.stringContaining("/sockets") });
    const usual = { volumes, containers: [container(mount("host", "/var/run/secrets/workload-spiffe-uds"))] };
    expect(deliveryTo(podWith(usual), undefined, driver).by).toBe("node");
    expect(deliveryTo(podWith({ volumes, containers: [container(mount("host", "/data"))] }), undefined, driver).by).toBe("nothing");
  });

  test("by the deepest mount that the path is in", () => {
    const volumes = [
      { name: "host", hostPath: { path: "/run/spirl" } },
      { name: "tmp", emptyDir: {} },
    ];
    const mounts = (...names: readonly string[]) => ({
      volumes,
      containers: [
        container({
          env: env("unix:///run/spirl/agent.sock"),
          volumeMounts: names.map((name, index) => ({ name, mountPath: index === 0 ? "/run" : "/run/spirl" })),
        }),
      ],
    });
    expect(deliveryTo(podWith(mounts("tmp", "host")), undefined, driver).by).toBe("node");
    expect(deliveryTo(podWith(mounts("host", "tmp")), undefined, driver).by).toBe("elsewhere");
  });

  test("from elsewhere, where nobody can see what serves", () => {
    const shared = {
      volumes: [{ name: "tmp", emptyDir: {} }],
      containers: [container({ env: env("unix:///tmp/a/agent.sock"), ...mount("tmp", "/tmp") })],
    };
    expect(deliveryTo(podWith(shared), undefined, driver)).toMatchObject({ by: "elsewhere", says: expect.stringContaining("emptyDir") });
    const network = { containers: [container({ env: env("tcp://127.0.0.1:8000") })] };
    expect(deliveryTo(podWith(network), undefined, driver)).toMatchObject({
      by: "elsewhere",
      says: expect.stringContaining("tcp://127.0.0.1:8000"),
    });
  });

  test("not at all: a variable without a mount, and the emptyDir that every Istio proxy has", () => {
    expect(
      deliveryTo(podWith({ containers: [container({ env: env("unix:///spirl-agent-socket/agent.sock") })] }), undefined, driver).by,
    ).toBe("nothing");
    const istio = {
      volumes: [{ name: "workload-socket", emptyDir: {} }],
      containers: [container(mount("workload-socket", "/var/run/secrets/workload-spiffe-uds"))],
    };
    expect(deliveryTo(podWith(istio), undefined, driver).by).toBe("nothing");
  });
});

describe("what is wrong with the volume", () => {
  test("nothing, as the webhook makes it; containers that do not ask, and init containers, need no mount", () => {
    expect(byWebhook(injected)).toEqual([]);
    expect(
      byWebhook({ ...injected, containers: [...injected.containers, container({}, "sidecar")], initContainers: [container({}, "init")] }),
    ).toEqual([]);
  });

  test("the mount may stand at Istio's path without a variable, and in a sidecar that starts first", () => {
    const proxy = container({ restartPolicy: "Always", ...mount("s", "/run/secrets/workload-spiffe-uds") }, "istio-proxy");
    expect(byWebhook({ volumes: [csi], initContainers: [proxy], containers: [container({})] })).toEqual([]);
  });

  test.each<[string, Change, string]>([
    ["not readOnly", { ...injected, volumes: [{ name: "spiffe-workload-api", csi: { driver } }] }, "is not readOnly"],
    ["mounted nowhere", { ...injected, containers: [container({})] }, "no container mounts its volume spiffe-workload-api"],
    [
      "mounted only while it starts",
      { volumes: [csi], initContainers: [container({ env: env("unix:///a/s"), ...mount("s", "/a") }, "init")] },
      "no container mounts",
    ],
    [
      "another path is looked at",
      {
        ...injected,
        containers: [container({ env: env("unix:///run/spire/agent.sock"), ...mount("spiffe-workload-api", "/spirl-agent-socket") })],
      },
      "looks for the socket at /run/spire/agent.sock, where nothing is mounted",
    ],
    [
      "a path that only begins alike",
      {
        ...injected,
        containers: [
          container({ env: env("unix:///spirl-agent-socket-2/agent.sock"), ...mount("spiffe-workload-api", "/spirl-agent-socket") }),
        ],
      },
      "where nothing is mounted",
    ],
    [
      "a second container asks and has no mount",
      { ...injected, containers: [...injected.containers, container({ env: env("unix:///spirl-agent-socket/agent.sock") }, "two")] },
      "container two looks for the socket",
    ],
    [
      "an init container asks and has no mount",
      { ...injected, initContainers: [container({ env: env("unix:///spirl-agent-socket/agent.sock") }, "init")] },
      "container init looks for the socket",
    ],
    [
      "no variable",
      { ...injected, containers: [container(mount("spiffe-workload-api", "/spirl-agent-socket"))] },
      "container app lacks SPIFFE_ENDPOINT_SOCKET",
    ],
  ])("%s", (_what, spec, says) => {
    expect(byWebhook(spec).join("; ")).toContain(says);
  });

  test("a variable whose value is not to be seen here is no fault", () => {
    expect(byWebhook({ ...injected, containers: [container({ env: env(undefined), ...mount("spiffe-workload-api", "/x") })] })).toEqual([]);
    expect(
      byWebhook({ ...injected, containers: [container({ env: env("unix://$(DIR)/agent.sock"), ...mount("spiffe-workload-api", "/x") })] }),
    ).toEqual([]);
  });

  test("who brings the volume may tell the workload by other means where the socket is", () => {
    const found = podWith({ ...injected, containers: [container(mount("spiffe-workload-api", "/x"))] });
    expect(faultsOf(found, { by: "csi", from: "template", volumes: ["spiffe-workload-api"] })).toEqual([]);
  });
});
