import { idle } from "../../token/change.ts";
import { type Check, failed, ok } from "../check.ts";
import type { StackPorts } from "../ports.ts";

export const senders: Check<StackPorts> = {
  id: "senders",
  run: async ({ stack, tokens, clusters }) => {
    const [all, known] = [await tokens(), await clusters()];
    if (all.length === 0)
      return failed(
        "nobody may send alerts",
        `remediator token add alertmanager --clusters ${known.join(",") || "NAMES"} --stack ${stack}`,
      );
    const wrong = all.flatMap(({ name, clusters: patterns }) => idle(patterns, known).map((pattern) => ({ name, pattern })))[0];
    if (!wrong) return ok(`${all.map(({ name }) => name).join(", ")} may send alerts`);
    return failed(
      `${wrong.name} may send alerts of ${wrong.pattern}, which the deployed policy has no cluster for (it has ${known.join(", ") || "none"})`,
      `add the cluster to the policy, or: remediator token revoke ${wrong.name} --stack ${stack}, and add it with other --clusters`,
    );
  },
};

export const doorClosed: Check<StackPorts> = {
  id: "door",
  run: async ({ door }) => {
    const status = await door();
    if (status === 401) return ok("an alert without a token is refused (401)");
    return failed(
      `an alert without a token is answered ${status}, and not 401`,
      "npx cdk deploy (somebody has changed the API), then look into the API's access log",
    );
  },
};

export const ticketsRead: Check<StackPorts> = {
  id: "tickets",
  run: async ({ subscriptions, topic, region }) => {
    const all = await subscriptions();
    const confirmed = all.filter((one) => one.confirmed);
    if (confirmed.length > 0) return ok(`tickets go to ${[...new Set(confirmed.map(({ protocol }) => protocol))].join(", ")}`);
    if (all.length > 0)
      return failed(
        "tickets go to nobody: the subscription is not confirmed",
        "follow the link in the message that Amazon SNS has sent there",
      );
    return failed(
      "tickets go to nobody: the topic has no subscription",
      `aws sns subscribe --topic-arn ${await topic()} --protocol email --notification-endpoint ADDRESS --region ${region}`,
    );
  },
};
