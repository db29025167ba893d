import { faulty, healthy, unknown } from "../../kernel/answers.ts";
import { ago, secondsBetween } from "../../kernel/time.ts";
import type { Answer, Check, Given, Read, Workload } from "../../kernel/types/index.ts";
import { caBundle } from "../kubernetes/ca-bundle.ts";
import { entries } from "../kubernetes/mutation.ts";
import type { Webhook } from "../kubernetes/objects-webhook.ts";
import * as cluster from "../queries/kubernetes.ts";
import { onUninjected, titleOf } from "./workload.ts";

/** Installed, reachable, and trusted by the API server. Also asked where there is no pod: a webhook that is down may be why there is none. */
export const svidWebhookPresent: Check<Workload> = {
  id: "svid.webhook-present",
  section: "1, check 1, step 3",
  asks: "Is the webhook installed, and does it serve?",
  assess: (subject, read, given) => (subject.pod ? onUninjected(subject, read, given, () => present(read, given)) : present(read, given)),
};

function present(read: Read, given: Given): Answer {
  const name = given.policy.installation.webhook;
  const configuration = read(cluster.webhookConfiguration(name));
  if (!configuration)
    return faulty(`webhook ${name} is not installed: there is no MutatingWebhookConfiguration of that name`, {
      manual: `install the chart that brings ${name}, or mount the CSI volume in the workload's own template`,
    });
  const list = entries(configuration);
  const [first, ...rest] = list.filter(({ aboutPods }) => aboutPods);
  if (!first) return healthy(`webhook ${name} is installed; whether it is about pods is the next question`);
  const answers = [first, ...rest].map(({ webhook }) => serving(webhook, read, given));
  return (
    answers.find(({ is }) => is === "faulty") ??
    answers.find(({ is }) => is === "unknown") ??
    healthy(`webhook ${name} is installed; ${[...new Set(answers.map(({ says }) => says))].join("; ")}`)
  );
}

function serving(webhook: Webhook, read: Read, given: Given): Answer {
  const trust = trusted(webhook, given);
  if (trust.is === "faulty") return trust;
  const reach = webhook.reach.by === "service" ? endpoints(webhook, webhook.reach, read) : byUrl(webhook.reach.url);
  if (reach.is !== "healthy") return reach;
  return trust.is === "unknown" ? trust : healthy(`${reach.says}, ${trust.says}, failurePolicy ${webhook.failurePolicy}`);
}

/** What stands behind a URL is outside of what the cluster's API shows; that the webhook exists and is trusted was read. */
const byUrl = (url: string): Answer => healthy(`it is reached at ${hostOf(url)}, which cannot be seen from here`);
const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).host : "a URL");

function endpoints(webhook: Webhook, { namespace, name, port }: Extract<Webhook["reach"], { by: "service" }>, read: Read): Answer {
  const title = `service ${titleOf({ namespace, name })}`;
  const [service, slices] = read.all(cluster.service(namespace, name), cluster.endpointSlices(namespace, name));
  const manual = `kubectl get service,endpointslices,pods -n ${namespace}: bring back what serves ${name}`;
  if (!service) return faulty(`webhook ${webhook.name} is reached by ${title}, which does not exist; ${consequence(webhook)}`, { manual });
  if (service.type === "ExternalName") return healthy(`${title} leads out of the cluster, which cannot be seen from here`);
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
