import { describe, expect, test } from "vitest";
import { trim } from "../../../adapters/kubernetes/trim.ts";

const labels = (key: string) => ({ "f:labels": { [`f:${key}`]: {} } });

describe("what is kept of an object", () => {
  test("not the last applied manifest, but the other annotations", () => {
    const annotations = { "kubectl.kubernetes.io/last-applied-configuration": "{}", "meta.helm.sh/release-name": "web" };
    expect(trim({ metadata: { annotations } })).toEqual({ metadata: { annotations: { "meta.helm.sh/release-name": "web" } } });
  });

  test("environment variables by name, values only of the product's own", () => {
    const env = [
      { name: "DB_PASSWORD", value: "hunter2" },
      { name: "SPIFFE_ENDPOINT_SOCKET", value: "unix:///s" },
      { name: "SPIRL_ENDPOINT", value: "e:443" },
      { name: "NOT_SPIRL_X", value: "x" },
      { name: "FROM", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
    ];
    const kept = trim({ spec: { template: { spec: { containers: [{ name: "app", env }], initContainers: [{ env }] } } } });
    const values = env.map((one) => (one.value === "hunter2" || one.value === "x" ? { name: one.name, value: "[not kept]" } : one));
    expect(kept).toEqual({
      spec: { template: { spec: { containers: [{ name: "app", env: values }], initContainers: [{ env: values }] } } },
    });
  });

  test("of managed fields, who owns which label, of the object and of its template, and that there are others", () => {
    const entry = { manager: "helm", operation: "Apply", time: "2026-01-01T00:00:00Z", apiVersion: "apps/v1", fieldsType: "FieldsV1" };
    const fieldsV1 = {
      "f:metadata": { ...labels("app"), "f:annotations": {} },
      "f:spec": { "f:replicas": {}, "f:template": { "f:metadata": labels("team"), "f:spec": {} } },
    };
    const status = { ...entry, subresource: "status", fieldsV1: { "f:status": {} } };
    expect(trim({ metadata: { managedFields: [{ ...entry, fieldsV1 }, status] } })).toEqual({
      metadata: {
        managedFields: [
          {
            manager: "helm",
            operation: "Apply",
            time: "2026-01-01T00:00:00Z",
            fieldsV1: {
              "f:metadata": { ...labels("app"), "f:annotations": {} },
              "f:spec": { "f:template": { "f:metadata": labels("team") } },
            },
          },
          { manager: "helm", operation: "Apply", time: "2026-01-01T00:00:00Z", subresource: "status", fieldsV1: { "f:status": {} } },
        ],
      },
    });
  });

  test("everything else as it is", () => {
    const object = { spec: { nodeName: "n1", volumes: [{ csi: { driver: "csi.spiffe.io", readOnly: true } }] }, status: { n: null } };
    expect(trim(object)).toEqual(object);
  });
});
