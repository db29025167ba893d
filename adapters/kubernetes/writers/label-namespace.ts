import type { Writer } from "../../../kernel/ports.ts";
import { done, type Hands } from "./hands.ts";
import { labelJob } from "./labels.ts";
import { writer } from "./writer.ts";

/** Kubernetes' own labels, pod security among them, are nobody's to repair. */
const reserved = /^([^/]+\.)?(kubernetes|k8s)\.io\//;

/** Sets or removes one label of a namespace. Verbs: patch and get namespaces. */
export const labelNamespace = (hands: Hands): Writer<"label-namespace"> =>
  writer<"label-namespace">(hands, ({ target, set }) => {
    const job = labelJob(target, set, `/api/v1/namespaces/${target.name}`, ["metadata", "labels"]);
    if (!reserved.test(set.key)) return job;
    return { ...job, before: () => done("refused", `label ${set.key} is Kubernetes' own, and is never written`) };
  });
