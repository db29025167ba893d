import { describe, expect, test } from "vitest";
import type { Instant, Sha256 } from "../../../kernel/types/index.ts";
import { until } from "../../cluster/parts/process.ts";
import { trailOf } from "../support/audit-trail.ts";
import { functionBehind } from "../support/entries.ts";
import { functions, linesOf } from "../support/logs.ts";
import type { Scene } from "../support/scene.ts";
import { wrongToken } from "./way-in.ts";

/** What can be looked at afterwards. It comes late, for the emulator brings the last lines of a call to the log with the function's next one. */
export function audit({ stage, incident, agreed }: Scene, begun: () => Instant): void {
  describe("in the end", () => {
    test("the API server's audit log agrees with all records: seven writes, each with its intent, and none by whom may only read", async () => {
      const { writes, intents, reads } = await agreed(begun());
      expect(writes.map(({ user }) => functionBehind(stage().roles, user))).toEqual(intents.map(() => "RolloutWorkload"));
      expect(writes).toHaveLength(7);
      expect(reads).toBeGreaterThan(100);
    });

    test("the audit log has the whole story of the first incident, record by record, and the archive its sealed copy", async () => {
      const { id } = incident("older", "checkout");
      const { story } = await incident("older", "checkout").view();
      await until("the story is sealed", 30, async () => (await trailOf(stage(), id)).sealed !== undefined);
      const { records, sealed } = await trailOf(stage(), id);
      expect(records).toEqual(story);
      const copy = await stage().archive.get(sealed as Sha256);
      expect(JSON.parse(Buffer.from(copy).toString("utf8"))).toEqual({ incident: id, head: story.at(-1)?.hash, story });
    });

    test("no token that was sent is in any log", async () => {
      const lines = (await Promise.all(["Authorize", ...functions].map((name) => linesOf(stage(), name)))).flat();
      expect(lines.length).toBeGreaterThan(100);
      const { alertmanager, elsewhere } = stage().tokens;
      for (const token of [alertmanager, elsewhere, wrongToken, "k8s-aws-v1."])
        expect(lines.filter((line) => line.includes(token))).toEqual([]);
    });
  });
}
