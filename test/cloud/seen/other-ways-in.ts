import { randomUUID } from "node:crypto";
import { DescribeExecutionCommand, type DescribeExecutionOutput, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { PublishCommand } from "@aws-sdk/client-sns";
import { describe, expect, test } from "vitest";
import type { IncidentId } from "../../../kernel/types/index.ts";
import { until } from "../../cluster/parts/process.ts";
import { clusterName } from "../../cluster/support/stage.ts";
import { recordsOf } from "../../cluster/support/stories.ts";
import { ownerLabels } from "../../unit/ingress/support.ts";
import { switchedOff } from "../support/policy.ts";
import type { Scene } from "../support/scene.ts";

/** What a person gives who starts an execution in the console. */
const request = {
  cluster: clusterName,
  scenario: switchedOff,
  namespace: "shop",
  workload_kind: "Deployment",
  workload: "checkout",
};

export function otherWaysIn({ stage, incident }: Scene): void {
  describe("an alert by way of the topic", () => {
    test("as Amazon Managed Prometheus writes it, goes through the queue and opens its incident", async () => {
      const labels = { ...ownerLabels, cluster: clusterName, namespace: "nowhere", workload: "none" };
      const alerts = [{ status: "firing", labels, startsAt: "2026-11-02 09:00:00.123 +0000 UTC" }];
      const { sns, deployment } = stage();
      await sns.send(new PublishCommand({ TopicArn: deployment.outputs.AlertTopic, Message: JSON.stringify({ alerts }) }));
      const story = await incident("nowhere", "none").has("closed");
      expect(recordsOf(story, "opened")[0]?.incident.alerts).toMatchObject([
        { from: "alertmanager", startsAt: "2026-11-02T09:00:00.123Z" },
      ]);
      expect(recordsOf(story, "closed")).toMatchObject([{ result: "escalated" }]);
    });
  });

  describe("an execution that a person starts", () => {
    async function ended(manual: object): Promise<DescribeExecutionOutput> {
      const { sfn, deployment } = stage();
      const input = JSON.stringify({ manual });
      const started = await sfn.send(
        new StartExecutionCommand({ stateMachineArn: deployment.outputs.Workflow, name: randomUUID(), input }),
      );
      const seen = async () => sfn.send(new DescribeExecutionCommand({ executionArn: started.executionArn }));
      await until("it has ended", 60, async () => (await seen()).status !== "RUNNING");
      return seen();
    }

    test("names the incident that it has opened, which has an execution of its own", async () => {
      const { status, output } = await ended(request);
      expect(status).toBe("SUCCEEDED");
      const { id } = JSON.parse(output ?? "") as { readonly id: IncidentId };
      await until("it is closed", 60, async () => (await stage().ledger.view(id))?.head.open === false);
      const story = (await stage().ledger.view(id))?.story ?? [];
      expect(recordsOf(story, "opened")[0]?.incident).toMatchObject({ scenario: switchedOff, alerts: [{ from: "manual" }] });
      expect(recordsOf(story, "closed")).toMatchObject([{ result: "ignored" }]);
    });

    test("fails where it cannot be taken, and says what would be right", async () => {
      const { status, cause } = await ended({ ...request, scenario: "no-such" });
      expect([status, cause]).toEqual(["FAILED", expect.stringContaining("scenario must be one of overall-health")]);
    });
  });
}
