import { describe, expect, test } from "vitest";
import type { Incident } from "../../../kernel/types/index.ts";
import { until } from "../../cluster/parts/process.ts";
import { clusterName } from "../../cluster/support/stage.ts";
import { recordsOf } from "../../cluster/support/stories.ts";
import { anAlert, bodyOf } from "../../unit/ingress/support.ts";
import { deliver, deliverAll } from "../support/deliveries.ts";
import { withhold } from "../support/emulated-iam.ts";
import { atOnceAtMost, kick } from "../support/functions.ts";
import { switchedOff } from "../support/policy.ts";
import type { Scene } from "../support/scene.ts";

const many = 1_000;
const each = 50;
/** Executions that are waited for: the emulator would need minutes for all, and shows nothing more with them. */
const enough = 50;

const about = (n: number, workload: string) =>
  anAlert({}, { cluster: clusterName, scenario: switchedOff, namespace: "storm", workload, pod: `${workload}-${n}` });
const numbers = (from: number, count: number) => Array.from({ length: count }, (_, n) => from + n);

/** Of a scenario whose mode is off: what a storm does to the way in, to the ledger, and to the executions that it asks for. */
export function storm({ stage }: Scene): void {
  const open = async () => (await stage().ledger.open()).filter(({ scenario }) => scenario === switchedOff);

  describe(`a storm of ${many} alerts`, () => {
    test("in one body, about one workload, is one incident that counts them all", async () => {
      const { ms, attempts, text } = await deliver(stage(), bodyOf(numbers(0, many).map((n) => about(n, "one"))));
      console.log(`${many} alerts in one body: 200 after ${ms} ms, ${attempts} attempt(s)`);
      const { accepted, rejected } = JSON.parse(text) as {
        accepted: readonly { incident: Incident["id"] }[];
        rejected: readonly unknown[];
      };
      expect([accepted.length, rejected.length]).toEqual([1, 0]);
      const id = accepted[0]?.incident as Incident["id"];
      await until("it has ended", 60, async () => (await stage().ledger.view(id))?.head.open === false);
      const story = (await stage().ledger.view(id))?.story ?? [];
      expect(recordsOf(story, "opened")[0]?.incident.alertCount).toBe(many);
      expect(recordsOf(story, "closed")).toMatchObject([{ result: "ignored" }]);
    });

    test(`in deliveries of ${each}, about ${many} workloads, is all on record while nothing can be started; then the sweeper starts them`, async () => {
      const { emulator, deployment } = stage();
      const start = (name: string) => withhold(emulator.endpoint, deployment.nameOf(`Functions${name}Role`), "states:StartExecution");
      const giveBack = [await start("Ingest"), await start("Sweep")];
      const deliveries = numbers(0, many / each).map((d) => bodyOf(numbers(d * each, each).map((n) => about(n, `w-${n}`))));
      const began = performance.now();
      const delivered = await deliverAll(stage(), deliveries, 2);
      const took = Math.round((performance.now() - began) / 1000);
      const sorted = delivered.map(({ ms }) => ms).sort((a, b) => a - b);
      const attempts = delivered.reduce((sum, { attempts: of }) => sum + of, 0);
      console.log(
        `${many / each} deliveries of ${each} alerts: all 200 after ${took} s and ${attempts} attempts, half of them within ${sorted[sorted.length / 2]} ms`,
      );
      const incidents = await open();
      const names = incidents.map(({ scope }) => (scope.of === "owner" ? scope.name : scope.of));
      expect(names.sort()).toEqual(
        numbers(0, many)
          .map((n) => `w-${n}`)
          .sort(),
      );

      // As few at once as this machine bears: what is refused is tried again by the workflow, and by the sweeper after that.
      await atOnceAtMost(stage(), "Decide", 3);
      for (const give of giveBack) await give();
      await kick(stage(), "Sweep");
      await until(`the sweeper has started ${enough}, and they have ended`, 150, async () => (await open()).length <= many - enough);
      const still = new Set((await open()).map(({ id }) => id));
      const ended = incidents.filter(({ id }) => !still.has(id)).slice(0, 3);
      const stories = await Promise.all(ended.map(async ({ id }) => (await stage().ledger.view(id))?.story ?? []));
      expect(stories.flatMap((story) => recordsOf(story, "closed").map(({ result }) => result))).toEqual(ended.map(() => "ignored"));
    });
  });
}
