import type { Writer } from "../../../kernel/ports.ts";
import type { TemplateOwner } from "../../../kernel/types/index.ts";
import type { Hands } from "./hands.ts";
import { labelJob } from "./labels.ts";
import { writer } from "./writer.ts";

const plural: Record<TemplateOwner, string> = { Deployment: "deployments", StatefulSet: "statefulsets", DaemonSet: "daemonsets" };

/** Sets or removes one label of the pod template, and so rolls the owner out. Verbs: patch and get of the three kinds. */
export const labelPodTemplate = (hands: Hands): Writer<"label-pod-template"> =>
  writer<"label-pod-template">(hands, ({ target, set }) => {
    const path = `/apis/apps/v1/namespaces/${target.namespace}/${plural[target.kind]}/${target.name}`;
    return labelJob(target, set, path, ["spec", "template", "metadata", "labels"]);
  });
