import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { ArchiveBroken } from "../../../adapters/archive/address.ts";
import { folderDesk } from "../../../adapters/desk/folder.ts";
import { sha256 } from "../../../kernel/digest.ts";
import type { Ticket } from "../../../kernel/ports.ts";
import type { IncidentId } from "../../../kernel/types/index.ts";

const root = mkdtempSync(join(tmpdir(), "desk-"));
afterAll(() => rmSync(root, { recursive: true }));
let folder = root;
beforeEach(({ task }) => {
  folder = join(root, sha256(task.name).slice(0, 8));
});

const incident = "prod-workloads-shop-web-1-0123abcd" as IncidentId;
const ticket: Ticket = {
  incident,
  title: "shop/web has no identity",
  priority: "high",
  body: "## Cause\n\nThe label is missing.",
  attachments: [{ name: "logs", archive: sha256("log lines") }],
};
const archive = { get: async () => new TextEncoder().encode("log lines") };
const file = (...path: string[]) => readFileSync(join(folder, incident, ...path), "utf8");

describe("a ticket in a folder", () => {
  test("is named by its incident, for people and for programs, with its attachments", async () => {
    expect(await folderDesk(folder, archive).open(ticket)).toBe(incident);
    expect(readdirSync(folder)).toEqual([incident]);
    expect(file("ticket.md")).toMatch(
      /^# shop\/web has no identity\n\nIncident .*, priority high\n\n## Cause\n\nThe label is missing\.\n$/,
    );
    expect(JSON.parse(file("ticket.json"))).toEqual(ticket);
    expect(file("attachments", "01-logs")).toBe("log lines");
  });

  test("is opened once: the second gives the first's id and changes nothing", async () => {
    const desk = folderDesk(folder, archive);
    await desk.open(ticket);
    const ids = await Promise.all([desk.open({ ...ticket, title: "another" }), desk.open(ticket)]);
    expect(ids).toEqual([incident, incident]);
    expect(file("ticket.md")).toContain("# shop/web has no identity");
    expect(readdirSync(folder)).toEqual([incident]);
  });

  test("appears whole or not at all", async () => {
    const failing = { get: () => Promise.reject(new Error("disk")) };
    await expect(folderDesk(folder, failing).open(ticket)).rejects.toThrow("disk");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("is opened without an attachment that the archive lost, and says so", async () => {
    const lost = { get: () => Promise.reject(new ArchiveBroken("nothing is archived under x")) };
    await folderDesk(folder, lost).open(ticket);
    expect(file("attachments", "01-logs")).toBe("This attachment cannot be had: nothing is archived under x.\n");
  });

  test("keeps attachments inside, whatever they are called", async () => {
    const attachments = ["../../../escape", "a/b", "..", "a b"].map((name) => ({ name, archive: sha256("x") }));
    await folderDesk(folder, archive).open({ ...ticket, attachments });
    expect(readdirSync(join(folder, incident, "attachments"))).toEqual(["01-escape", "02-b", "03-..", "04-a_b"]);
    expect(readdirSync(folder)).toEqual([incident]);
  });

  test("takes comments at its end, each once", async () => {
    const desk = folderDesk(folder, archive);
    const id = await desk.open(ticket);
    await desk.comment(id, incident, "the logs after it");
    await desk.comment(id, incident, "the logs after it");
    await desk.comment(id, incident, "closed");
    expect(file("ticket.md").match(/the logs after it/g)).toHaveLength(1);
    expect(file("ticket.md")).toMatch(/The label is missing[\s\S]+the logs after it[\s\S]+closed\n$/);
  });

  test("is never written outside of the folder", async () => {
    await expect(folderDesk(folder, archive).open({ ...ticket, incident: "../x" as IncidentId })).rejects.toThrow(TypeError);
    await expect(folderDesk(folder, archive).comment("../x", incident, "b")).rejects.toThrow(TypeError);
  });
});
