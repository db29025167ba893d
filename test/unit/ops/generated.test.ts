import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { manifests } from "../../../ops/generate.ts";

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
    const changed = manifests(other)["admission.yaml"] ?? "";
    expect(changed).not.toContain("k8s.spirl.com/spiffe-csi");
    expect(changed).toBe(standard.replaceAll("k8s.spirl.com/spiffe-csi", other));
  });

  test.each(["pod-security.kubernetes.io/enforce", "kubernetes.io/metadata.name", "node.k8s.io/x"])("is not Kubernetes' own %s", (key) => {
    expect(() => manifests(key)).toThrow(/Kubernetes' own/);
  });

  test.each(["", 'a"] || true || key in ["', "a b", "/a", "a/b/c", "é", `${"a".repeat(64)}`])("is not %j", (key) => {
    expect(() => manifests(key)).toThrow(/not the key of a label/);
  });
});
