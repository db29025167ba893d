import { describe, expect, it } from "vitest";
import type { Announcement } from "../../../adapters/alertmanager/post.ts";
import { plainText } from "../../../adapters/redact/plain.ts";
import { progress } from "../../../kernel/progress.ts";
import { after } from "../../../kernel/time.ts";
import { announcerFor } from "../../../local/approver.ts";
import { commandFor } from "../../../local/places.ts";
import { remedies } from "../../../runbook/remedies/index.ts";
import { approvalText } from "../../../runbook/tickets/approval.ts";
import { aStage } from "../act/stage.ts";

/** What `Ask` hands over, of a real decision. */
async function waiting(why?: string) {
  const stage = await aStage();
  await stage.diagnose();
  await stage.decide();
  const { remedy, plan } = await stage.last("decided");
  const { incident } = progress((await stage.view()).story);
  return { stage, waiting: { incident, remedy: why ? { ...remedy, why } : remedy, plan, until: after(stage.clock(), 3600) } };
}
const saying = { remedies, plain: plainText, command: (verb: string) => `npx remediator ${verb} x` };

describe("who is to answer", () => {
  it("is told what would be changed and why, until when, and how to answer", async () => {
    const { waiting: one } = await waiting();
    const { subject, body } = approvalText(one, saying);
    expect(subject).toBe("[approval] prod: workloads not receiving svids, Deployment payments/checkout");
    for (const part of [
      "Restart a Deployment's rollout: Deployment payments/checkout in cluster prod",
      `Why: ${one.remedy.why}`,
      "The same by hand: kubectl rollout restart deployment/checkout --namespace payments",
      `until ${one.until}`,
      "npx remediator approve x",
      "npx remediator decline x",
      `plan ${one.plan}`,
    ])
      expect(body).toContain(part);
  });

  it("sees no foreign text that steers a terminal", async () => {
    const { waiting: one } = await waiting("\u001b[2Jcleared \u202ereversed");
    expect(approvalText(one, saying).body).toContain("Why: cleared \\u{202e}reversed");
  });
});

describe("an approval on one machine where nobody sits", () => {
  const say: string[] = [];
  async function announced(announce: (announcement: Announcement) => Promise<void>) {
    const { stage, waiting: one } = await waiting();
    const answerOn = () => {
      throw new Error("nobody answers here");
    };
    say.length = 0;
    const questions = { ask: () => Promise.reject(new Error("nobody is asked here")) };
    const announcer = announcerFor(
      { by: "nobody" },
      { answerOn, ...stage, say: (text) => void say.push(text), announce, called: commandFor("here"), questions },
    );
    await announcer.approvalWaits(one);
    return one;
  }

  it("is an alert that resolves when the time to answer is over, and is nobody's fault", async () => {
    const told: Announcement[] = [];
    const one = await announced(async (announcement) => void told.push(announcement));
    await expect.poll(() => told.length).toBe(1);
    expect(told[0]).toMatchObject({
      labels: { alertname: "RemediatorApprovalWaiting", cluster: "prod", incident: one.incident.id, kind: "rollout-restart" },
      annotations: { description: expect.stringMatching(new RegExp(`npx remediator approve ${one.incident.id} --data here$`, "m")) },
      endsAt: one.until,
    });
    expect(Object.keys(told[0]?.labels ?? {})).not.toContain("scenario");
  });

  it("is said where this runs, with the command that answers it, and the folder that it is in", async () => {
    const one = await announced(async () => {});
    expect(say).toEqual([`an approval waits: npx remediator approve ${one.incident.id} --data here`]);
  });

  it("waits on where Alertmanager cannot be told, and says so", async () => {
    await announced(() => Promise.reject(new Error("Alertmanager at am:9093 does not answer")));
    await expect.poll(() => say).toContain("nobody could be told that an approval waits: Alertmanager at am:9093 does not answer");
  });
});
