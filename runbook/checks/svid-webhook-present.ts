import { faulty, healthy, unknown } from "../../kernel/answers.ts";
import { ago, latest, secondsBetween } from "../../kernel/time.ts";
import type { Answer, Check, Given, Read, Workload } from "../../kernel/types/index.ts";
import { caBundle } from "../kubernetes/ca-bundle.ts";
import { hasVolume } from "../kubernetes/injection.ts";
import { gaps } from "../kubernetes/missing-labels.ts";
import { type Entry, entries } from "../kubernetes/mutation.ts";
import { asCreated } from "../kubernetes/newcomer.ts";
import type { Pod } from "../kubernetes/objects-pod.ts";
import type { Webhook, WebhookConfiguration } from "../kubernetes/objects-webhook.ts";
import * as cluster from "../queries/kubernetes.ts";
import { command } from "../shell.ts";
import { onUninjected, titleOf, type Uninjected } from "./workload.ts";

/** Installed, reachable, and trusted by the API server. Also asked where there is no pod: a webhook that is down may be why there is none. */
export const svidWebhookPresent: Check<Workload> = {
  id: "svid.webhook-present",
  section: "1, check 1, step 3",
  asks: "Is the webhook installed, and does it serve?",
  assess: (subject, read, given) =>
    subject.pod ? onUninjected(subject, read, given, (uninjected) => present(read, given, uninjected)) : present(read, given),
};

function present(read: Read, given: Given, uninjected?: Uninjected): Answer {
  const name = given.policy.installation.webhook;
  const configuration = read(cluster.webhookConfiguration(name));
  if (!configuration)
    return faulty(`webhook ${name} is not installed: there is no MutatingWebhookConfiguration of that name`, {
      manual: `install the chart that brings ${name}, or mount the CSI volume in the workload's own template`,
    });
  const all = entries(configuration);
  const list = uninjected ? concerned(all, uninjected, read) : all.filter(({ aboutPods }) => aboutPods).map(surely);
  if (list.length === 0) return healthy(`webhook ${name} is installed; whether it is about such pods is the next question`);
  const answers = list.map(({ webhook, sure }) => {
    const answer = serving(webhook, { configuration, ...uninjected }, read, given);
    return sure || answer.is !== "faulty" ? answer : unknown(`${answer.says}; whether it is asked about such pods cannot be told`);
  });
  return (
    answers.find(({ is }) => is === "faulty") ??
    answers.find(({ is }) => is === "unknown") ??
    healthy(`webhook ${name} is installed; ${[...new Set(answers.map(({ says }) => says))].join("; ")}`)
  );
}

interface Concerned {
  readonly webhook: Webhook;
  /** That it is asked is known, or would be with a label. */
  readonly sure: boolean;
}
const surely = ({ webhook }: Entry): Concerned => ({ webhook, sure: true });

/** The entries that are asked, or may be, about the pod's successor; where there are none, those that a label would bring. Others are others' affair. */
function concerned(all: readonly Entry[], { pod, next }: Uninjected, read: Read): readonly Concerned[] {
  const labels = read(cluster.namespace(pod.namespace))?.labels ?? {};
  const asking = all.flatMap((entry) => {
    const { is } = entry.asks(next, labels);
    return is === "no" ? [] : [{ webhook: entry.webhook, sure: is === "yes" }];
  });
  return asking.length > 0 ? asking : gaps(all, next, labels).map(({ entry }) => surely(entry));
}

interface Asked {
  readonly configuration: WebhookConfiguration;
  /** The pod whose successor it is about, where one is looked at. */
  readonly pod?: Pod;
}

function serving(webhook: Webhook, asked: Asked, read: Read, given: Given): Answer {
  const trust = trusted(webhook, given);
  if (trust.is === "faulty") return trust;
  const reach = webhook.reach.by === "service" ? endpoints(webhook, webhook.reach, read) : unseenAt(webhook.reach.url);
  const answer = reach.is === "unseen" ? unseen(webhook, reach.says, asked, read, given) : reach;
  if (answer.is !== "healthy") return answer;
  return trust.is === "unknown" ? trust : healthy(`${answer.says}, ${trust.says}, failurePolicy ${webhook.failurePolicy}`);
}

/** What stands out of the cluster cannot be asked whether it serves. */
interface Unseen {
  readonly is: "unseen";
  readonly says: string;
}
const unseenAt = (url: string): Unseen => ({ is: "unseen", says: `it is reached at ${URL.canParse(url) ? new URL(url).host : "a URL"}` });

/**
 * With failurePolicy Ignore a pod that is made anew is no worse off than before. With Fail it is not made at all while the webhook does not serve,
 * so that must have been seen lately: by a pod of the namespace that could not be there otherwise.
 */
function unseen(webhook: Webhook, says: string, asked: Asked, read: Read, given: Given): Answer {
  if (webhook.failurePolicy === "Ignore") return healthy(`${says}, which cannot be seen from here`);
  const witness = admittedLately(webhook, asked, read, given);
  if (witness) return healthy(`${says}, and let ${witness.name} through ${ago(secondsBetween(witness.creationTimestamp, given.now))} ago`);
  return unknown(`${says}, which cannot be seen from here; while it does not serve, ${consequence(webhook)}`);
}

/** For how long it counts that it has served. */
const latelySeconds = 600;

function admittedLately(webhook: Webhook, { configuration, pod }: Asked, read: Read, { policy, now }: Given): Pod | undefined {
  if (!pod) return undefined;
  const [namespace, pods] = read.all(cluster.namespace(pod.namespace), cluster.podsIn(pod.namespace));
  const [entry] = entries({ webhooks: [webhook] });
  const since = latest(configuration.creationTimestamp, ...configuration.managedFields.flatMap(({ time }) => time ?? []));
  return pods.find(
    (each) =>
      each.creationTimestamp > since &&
      secondsBetween(each.creationTimestamp, now) < latelySeconds &&
      hasVolume(each, policy.installation.driver) &&
      entry?.asks(asCreated(each), namespace?.labels ?? {}).is === "yes",
  );
}

function endpoints(webhook: Webhook, { namespace, name, port }: Extract<Webhook["reach"], { by: "service" }>, read: Read): Answer | Unseen {
  const title = `service ${titleOf({ namespace, name })}`;
  const [service, slices] = read.all(cluster.service(namespace, name), cluster.endpointSlices(namespace, name));
  const manual = command`kubectl get service,endpointslices,pods -n ${namespace}: bring back what serves ${name}`;
  if (!service) return faulty(`webhook ${webhook.name} is reached by ${title}, which does not exist; ${consequence(webhook)}`, { manual });
  if (service.type === "ExternalName") return { is: "unseen", says: `${title} leads out of the cluster` };
  if (!service.ports.includes(port))
    return faulty(`webhook ${webhook.name} is reached by ${title} on port ${port}, which it has not; ${consequence(webhook)}`, { manual });
  const ready = slices.flatMap((slice) => slice.endpoints).filter((endpoint) => endpoint.ready).length;
  if (ready === 0)
    return faulty(`webhook ${webhook.name} does not serve: ${title} has no ready endpoint; ${consequence(webhook)}`, { manual });
  return healthy(`${title} has ${ready} ready endpoint${ready === 1 ? "" : "s"}`);
}

const consequence = ({ failurePolicy }: Webhook): string =>
  failurePolicy === "Ignore"
    ? "with failurePolicy Ignore, new pods start without the volume"
    : "with failurePolicy Fail, pods that it matches cannot be created";

function trusted({ name, caBundle: base64, reach }: Webhook, { now, policy }: Given): Answer {
  const manual = `renew the certificate of ${policy.installation.webhook} and its caBundle (the chart or cert-manager does that)`;
  if (base64 === undefined) {
    const says = `webhook ${name} has no caBundle, so the API server's own trust roots count`;
    return reach.by === "url" ? healthy(says) : unknown(`${says}; whether they hold its certificate cannot be seen`);
  }
  const bundle = caBundle(base64, now);
  switch (bundle.is) {
    case "valid":
      return healthy(`its CA is valid for another ${ago(secondsBetween(now, bundle.until))}`);
    case "expired":
      return faulty(
        `the CA of webhook ${name} expired ${ago(secondsBetween(bundle.since, now))} ago, so the API server does not trust it`,
        { manual },
      );
    case "early":
      return faulty(`the CA of webhook ${name} is not valid before ${bundle.from}, so the API server does not trust it yet`, { manual });
    case "broken":
      return faulty(`the caBundle of webhook ${name} ${bundle.says}, so the API server cannot trust it`, { manual });
  }
}
