import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redactJson } from "../../../adapters/redact/index.ts";
import { hex, jwtSvid, made, pem, serviceAccountToken } from "./samples.ts";

/** As the API server gives it, with one password in plain sight. */
const pod = (password: unknown) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: "checkout-7d4b9c6f5-x2x9q",
    namespace: "shop",
    uid: "0b4c1c9e-2a6f-4a3d-9e59-1a2b3c4d5e6f",
    resourceVersion: "123456789",
    generation: 1,
    creationTimestamp: "2025-01-02T03:04:05Z",
    labels: { "app.kubernetes.io/name": "checkout", "pod-template-hash": "7d4b9c6f5", "k8s.spirl.com/spiffe-csi": "enabled" },
    annotations: { "checksum/secret": hex(64), "prometheus.io/path": "/metrics", "vault.hashicorp.com/agent-inject-token": "true" },
    ownerReferences: [
      {
        apiVersion: "apps/v1",
        kind: "ReplicaSet",
        name: "checkout-7d4b9c6f5",
        uid: "5e6f1c9e-2a6f-4a3d-9e59-1a2b3c4d5e6f",
        controller: true,
      },
    ],
  },
  spec: {
    serviceAccountName: "checkout",
    automountServiceAccountToken: true,
    imagePullSecrets: [{ name: "registry" }],
    containers: [
      {
        name: "app",
        image: `registry.example/shop/checkout@sha256:${hex(64)}`,
        args: ["--listen", ":8080", "--token-file", "/var/run/secrets/tokens/agent", "--log-level", "info"],
        env: [
          { name: "DB_HOST", value: "db.shop.svc" },
          { name: "DB_PASSWORD", value: password },
          { name: "API_TOKEN", valueFrom: { secretKeyRef: { name: "api", key: "token" } } },
          { name: "DB_URL", value: "postgres://$(DB_HOST):5432/orders" },
          { name: "PASSWORD_FILE", value: "/etc/db/password" },
          { name: "SPIFFE_ENDPOINT_SOCKET", value: "unix:///spirl-agent-socket/agent.sock" },
        ],
        resources: { limits: { memory: "256Mi" }, requests: { cpu: "100m" } },
        volumeMounts: [{ name: "kube-api-access", mountPath: "/var/run/secrets/kubernetes.io/serviceaccount", readOnly: true }],
      },
    ],
    tolerations: [{ key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 }],
    volumes: [
      { name: "tls", secret: { secretName: "checkout-tls", defaultMode: 420, optional: null } },
      {
        name: "kube-api-access",
        projected: { sources: [{ serviceAccountToken: { expirationSeconds: 3607, path: "token", audience: "orders" } }] },
      },
      { name: "spiffe", csi: { driver: "csi.spiffe.io", readOnly: true } },
    ],
  },
  status: {
    phase: "Running",
    podIP: "10.0.3.17",
    conditions: [{ type: "Ready", status: "True", lastProbeTime: null, lastTransitionTime: "2025-01-02T03:04:10Z" }],
    containerStatuses: [
      {
        name: "app",
        ready: true,
        restartCount: 0,
        imageID: `registry.example/shop/checkout@sha256:${hex(64)}`,
        containerID: `containerd://${hex(64)}`,
      },
    ],
  },
});

describe("a pod", () => {
  it("changes in its one secret only", () => {
    const before = pod("hunter2");
    expect(redactJson(before)).toEqual(pod("[redacted:key]"));
    expect(before).toEqual(pod("hunter2"));
  });

  it("is the same object when it holds none", () => {
    const before = pod("$(FROM_ELSEWHERE)");
    expect(redactJson(before)).toBe(before);
  });

  it("keeps the parts that hold none, and is whole again as text", () => {
    const before = pod("hunter2");
    const after = redactJson(before);
    expect(after.status).toBe(before.status);
    expect(redactJson(JSON.stringify(before))).toBe(JSON.stringify(pod("[redacted:env]")));
  });
});

describe("redactJson", () => {
  it.each<[string, unknown, unknown]>([
    [
      "keys",
      { password: "a", dbPassword: "b", client_secret: "c", "api-key": "d", accessToken: "e" },
      Object.fromEntries(["password", "dbPassword", "client_secret", "api-key", "accessToken"].map((key) => [key, "[redacted:key]"])),
    ],
    ["headers", { Authorization: ["Bearer a"], Accept: ["*/*"] }, { Authorization: ["[redacted:key]"], Accept: ["*/*"] }],
    ["headers of a probe", { name: "X-Auth-Token", value: "a" }, { name: "X-Auth-Token", value: "[redacted:key]" }],
    ["flags", ["--db-password", "a", "--port", "1"], ["--db-password", "[redacted:key]", "--port", "1"]],
    ["a nested value", { password: { value: "a" } }, { password: { value: "[redacted:key]" } }],
    [
      "strings",
      [`token is ${serviceAccountToken}`, "https://a:b@host"],
      ["token is [redacted:jwt]", "https://[redacted:url-userinfo]@host"],
    ],
    [
      "a registry's user",
      { auths: { "registry.example": { auth: Buffer.from(`shop:${made(12)}`).toString("base64") } } },
      { auths: { "registry.example": { auth: "[redacted:key]" } } },
    ],
    ["a way to authenticate", { auth: "oidc", caBundle: Buffer.from(pem("CERTIFICATE")).toString("base64") }, undefined],
    ["a PIN", { password: 1234, token: 1234, tokens: 3 }, { password: "[redacted:key]", token: 1234, tokens: 3 }],
    ["what is no secret", { password: null, token: true, secret: "", secretName: "a", tokenPath: "b", passwordPolicy: "c" }, undefined],
    ["what was redacted", { password: "[redacted:pair]", token: "[redacted:key]" }, undefined],
    ["null", null, undefined],
    ["a number", 1.5, undefined],
  ])("%s", (_what, before, after) => expect(redactJson(before)).toEqual(after === undefined ? before : after));

  it("a Kubernetes Secret keeps its name and its keys", () => {
    const secret = (value: string) => ({
      kind: "Secret",
      metadata: { name: "db", annotations: { a: "b", "kubectl.kubernetes.io/last-applied-configuration": value } },
      type: "Opaque",
      data: { "ca.crt": value, plain: value },
      stringData: { user: value },
    });
    expect(redactJson([secret("aHVudGVyMg==")])).toEqual([secret("[redacted:kubernetes-secret]")]);
  });

  it("keys that are secret go, and stay as many as they were", () => {
    expect(redactJson({ [jwtSvid]: 1, [serviceAccountToken]: 2, a: 3 })).toEqual({ "[redacted:jwt]": 1, "[redacted:jwt] 2": 2, a: 3 });
  });

  it("__proto__ is a key like any other", () => {
    const after = redactJson(JSON.parse(`{"__proto__":{"password":"${made(12)}"}}`) as unknown);
    expect(JSON.stringify(after)).toBe('{"__proto__":{"password":"[redacted:key]"}}');
  });

  it("objects of a client's classes stay what they are, and dates too", () => {
    class Meta {
      readonly password = "a";
      readonly created = new Date(0);
    }
    const after = redactJson(new Meta());
    expect(after).toBeInstanceOf(Meta);
    expect(after).toMatchObject({ password: "[redacted:key]", created: new Date(0) });
  });

  it("what is deeper than any honest object goes", () => {
    const deep = JSON.parse(`${"[".repeat(100_000)}"${serviceAccountToken}"${"]".repeat(100_000)}`) as unknown;
    expect(JSON.stringify(redactJson(deep))).toBe(`${"[".repeat(200)}"[redacted:too-deep]"${"]".repeat(200)}`);
  });

  it("two thousand pods take little more than the look at their text", () => {
    const list = Array.from({ length: 2_000 }, (_, at) => ({
      ...pod("hunter2"),
      metadata: { uid: `${at}-${made(30)}`, name: `checkout-${at}` },
    }));
    const from = process.cpuUsage().user;
    redactJson(list);
    expect((process.cpuUsage().user - from) / 1e6).toBeLessThan(5);
  });
});

describe("any JSON value", () => {
  const secrets = fc.constantFrom(serviceAccountToken, `password=${made(12)}`, `gh${"p_"}${made(36)}`);
  const names = fc.constantFrom("name", "value", "key", "kind", "data", "password", "token", "Secret", "--password", "spec", "__proto__");
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue(),
      names,
      secrets,
      fc.array(tie("tree"), { maxLength: 4 }),
      fc.dictionary(fc.oneof(names, secrets, fc.string()), tie("tree"), { maxKeys: 5 }),
    ),
  }));

  it("comes to the same when repeated, leaves no secret, and keeps its shape", () => {
    fc.assert(
      fc.property(tree, (value) => {
        const clean = redactJson(value);
        expect(redactJson(clean)).toBe(clean);
        for (const secret of [serviceAccountToken, made(12), made(36)]) expect(JSON.stringify(clean) ?? "").not.toContain(secret);
        expect(shape(clean)).toEqual(shape(value));
      }),
      { numRuns: 400 },
    );
  });
});

/** The value with every name and every leaf taken out. What a Secret holds goes as a whole, so each of that is a leaf. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value !== "object" || value === null) return "leaf";
  const entries: readonly (readonly [string, unknown])[] = Object.entries(value);
  const secret = entries.some(([key, kind]) => key === "kind" && kind === "Secret");
  return { of: entries.map(([key, each]) => shape(secret && /^(?:stringData|data)$/.test(key) ? leaves(each) : each)) };
}
const leaves = (value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.keys(value).map((key) => [key, ""]))
    : value;
