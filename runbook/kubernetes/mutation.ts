import { oncePer } from "../once.ts";
import { compiled, type Truth } from "./conditions.ts";
import type { Labels } from "./meta.ts";
import type { Newcomer } from "./newcomer.ts";
import type { Rule, Webhook, WebhookConfiguration } from "./objects-webhook.ts";
import { matches, unmet, written } from "./selectors.ts";

/** Which part of a webhook keeps it from being asked about a pod. */
export type Part = "rules" | "namespaceSelector" | "objectSelector" | "matchConditions";

/** Would the API server ask the webhook when this pod is created? `webhook` names the entry that decides. */
export type Mutation =
  | { readonly is: "yes"; readonly webhook: string }
  | { readonly is: "no"; readonly webhook: string; readonly because: Part; readonly says: string }
  | { readonly is: "unknown"; readonly webhook: string; readonly says: string };

/** One entry of the configuration, made ready to be asked about many pods. */
export interface Entry {
  readonly webhook: Webhook;
  /** False where no rule is about the creation of pods: then it is about something else altogether. */
  readonly aboutPods: boolean;
  readonly asks: (newcomer: Newcomer, namespaceLabels: Labels) => Mutation;
}

export const entries = ({ webhooks }: Pick<WebhookConfiguration, "webhooks">): readonly Entry[] => webhooks.map(entry);

/** The whole configuration: one entry that is asked is enough; only where none can be, it is a no, and the nearest miss says why. */
export function wouldMutate(of: readonly Entry[], newcomer: Newcomer, namespaceLabels: Labels): Mutation {
  const answers = of.map((each) => each.asks(newcomer, namespaceLabels));
  const nearest = answers.find((each) => each.is === "no" && each.because !== "rules") ?? answers.find((each) => each.is === "no");
  return (
    answers.find((each) => each.is === "yes") ??
    answers.find((each) => each.is === "unknown") ??
    nearest ?? { is: "no", webhook: "", because: "rules", says: "the configuration has no webhooks" }
  );
}

/** What it has worked out it knows as long as the configuration that was read is there: prose runs again whenever it misses something. */
const entry = oncePer((webhook: Webhook): Entry => {
  const { name, namespaceSelector, objectSelector } = webhook;
  const aboutPods = webhook.rules.some(coversPodCreation);
  const truths = compiled(webhook.matchConditions);
  const no = (because: Part, says: string): Mutation => ({ is: "no", webhook: name, because, says });
  return {
    webhook,
    aboutPods,
    asks(newcomer, namespaceLabels) {
      if (!aboutPods) return no("rules", `no rule of webhook ${name} is about the creation of pods`);
      if (!matches(namespaceSelector, namespaceLabels))
        return no(
          "namespaceSelector",
          `its namespaceSelector asks for ${unmet(namespaceSelector, namespaceLabels).map(written).join(", ")}`,
        );
      if (!matches(objectSelector, newcomer.labels))
        return no("objectSelector", `its objectSelector asks for ${unmet(objectSelector, newcomer.labels).map(written).join(", ")}`);
      return judged(webhook, truths(newcomer));
    },
  };
});

/** As the API server: one that is false decides, whatever the others are; only then does it matter that one cannot be told. */
function judged({ name, matchConditions }: Webhook, truths: readonly Truth[]): Mutation {
  const failed = matchConditions.find((_, index) => truths[index]?.is === false);
  if (failed) return { is: "no", webhook: name, because: "matchConditions", says: `its match condition ${failed.name} is false` };
  for (const truth of truths) if (truth.is === "unknown") return { is: "unknown", webhook: name, says: truth.says };
  return { is: "yes", webhook: name };
}

/** `*` is any; a resource may name a subresource (`pods/status`, `*\/*`), which the pod itself has not. */
function coversPodCreation({ apiGroups, apiVersions, operations, resources, scope }: Rule): boolean {
  const has = (list: readonly string[], value: string) => list.includes("*") || list.includes(value);
  const resource = resources.some((text) => {
    const [name = "", sub = ""] = text.split("/", 2);
    return (name === "*" || name === "pods") && (sub === "" || sub === "*");
  });
  return resource && has(operations, "CREATE") && has(apiGroups, "") && has(apiVersions, "v1") && (scope === "*" || scope === "Namespaced");
}
