import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parseAllDocuments, stringify } from "yaml";
import { manifests } from "../../../ops/generate.ts";
import { installed } from "../../../ops/installed.ts";

const folder = join(import.meta.dirname, "../../../ops/generated");

describe("ops/generated", () => {
  test.each(Object.entries(manifests()))("%s is what node ops/generate.ts writes", (name, text) => {
    expect(readFileSync(join(folder, name), "utf8")).toBe(text);
  });

  test("is YAML that parses, each object with a name of ours", () => {
    const names = Object.values(manifests()).flatMap((text) =>
      parseAllDocuments(text).flatMap((document) => {
        expect(document.errors).toEqual([]);
        return document.toJS()?.metadata.name ?? [];
      }),
    );
    expect(names.length).toBeGreaterThan(12);
    expect(names.filter((name) => !name.startsWith("remediator-"))).toEqual([]);
  });
});

describe("the label's key", () => {
  const other = "identity.example.com/inject";
  test("stands wherever the default would", () => {
    const standard = manifests()["admission.yaml"] ?? "";
    const changed = manifests(installed({ labelKey: other }))["admission.yaml"] ?? "";
    expect(changed).not.toContain("k8s.spirl.com/spiffe-csi");
    expect(changed).toBe(standard.replaceAll("k8s.spirl.com/spiffe-csi", other));
  });

  test.each(["pod-security.kubernetes.io/enforce", "kubernetes.io/metadata.name", "node.k8s.io/x"])("is not Kubernetes' own %s", (key) => {
    expect(() => installed({ labelKey: key })).toThrow(/Kubernetes' own/);
  });

  test.each(["", 'a"] || true || key in ["', "a b", "/a", "a/b/c", "é", `${"a".repeat(64)}`])("is not %j", (key) => {
    expect(() => installed({ labelKey: key })).toThrow(/not the key of a label/);
  });
});

describe("what is generated for a policy", () => {
  const policyFile = join(mkdtempSync(join(tmpdir(), "ops-")), "remediator.yaml");
  writeFileSync(
    policyFile,
    stringify({
      protectedNamespaces: ["kube-system", "spirl-system", "infra-*"],
      expected: [{ namespace: "payments" }, { cluster: "staging", namespace: "orders" }, { cluster: "prod", namespace: "search" }],
    }),
  );
  afterAll(() => rmSync(dirname(policyFile), { recursive: true }));
  const texts = (cluster?: string) => manifests(installed({ policyFile, ...(cluster ? { cluster } : {}) }))["admission.yaml"] ?? "";

  test("names the namespaces in which nothing is written, and those in which a label may be set", () => {
    expect(texts()).toContain('!(variables.place in ["kube-system","spirl-system"] || variables.place.startsWith("infra-"))');
    expect(texts()).toContain('variables.place in ["payments","orders","search"]');
  });

  test("leaves out what is expected in another cluster", () => {
    expect(texts("prod")).toContain('variables.place in ["payments","search"]');
  });

  test.each(["", "a b", 'x"', "-x"])("is for no label value %j", (labelValue) => {
    expect(() => installed({ labelValue })).toThrow(/not the value of a label/);
  });
});
