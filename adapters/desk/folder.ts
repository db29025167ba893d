import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { sha256 } from "../../kernel/digest.ts";
import type { Archive, Desk, Ticket } from "../../kernel/ports.ts";
import { ArchiveBroken } from "../archive/address.ts";
import { syncFolder, writeDurably } from "../archive/durable.ts";

/**
 * Tickets as folders, one an incident, named by it: `ticket.md` for people, `ticket.json` for programs, `attachments/`. A ticket appears whole
 * or not at all. Opening it again, or adding the same comment again, changes nothing.
 */
export function folderDesk(folder: string, archive: Pick<Archive, "get">): Desk {
  return {
    open: async (ticket) => {
      const id = idOf(ticket.incident);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const draft = await mkdtemp(join(folder, ".draft-"));
      try {
        await fill(draft, ticket, archive);
        await rename(draft, join(folder, id));
        await syncFolder(folder);
      } catch (error) {
        await rm(draft, { recursive: true, force: true });
        if (!isThere(error)) throw error;
      }
      return id;
    },
    comment: async (id, _incident, body) => {
      const path = join(folder, idOf(id), "ticket.md");
      const text = await readFile(path, "utf8");
      const mark = `<!-- comment ${sha256(body)} -->`;
      if (!text.includes(mark)) await writeDurably(path, `${text}\n---\n\n${mark}\n${body}\n`);
    },
  };
}

/** A folder that has something in it is never renamed over. */
const isThere = (error: unknown) => ["ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "");

async function fill(folder: string, ticket: Ticket, archive: Pick<Archive, "get">): Promise<void> {
  for (const [index, { name, archive: address }] of ticket.attachments.entries()) {
    await writeDurably(join(folder, "attachments", fileName(name, index)), await archive.get(address).catch(lost));
  }
  await writeDurably(join(folder, "ticket.json"), `${JSON.stringify(ticket, null, 2)}\n`);
  await writeDurably(
    join(folder, "ticket.md"),
    `# ${ticket.title}\n\nIncident ${ticket.incident}, priority ${ticket.priority}\n\n${ticket.body}\n`,
  );
}

/** A ticket without one of its attachments is better than none. */
const lost = (error: unknown): string => {
  if (error instanceof ArchiveBroken) return `This attachment cannot be had: ${error.message}.\n`;
  throw error;
};

/** Names of attachments may come from a cluster: nothing in them leads out of the folder, and two never meet. */
const fileName = (name: string, index: number) =>
  `${String(index + 1).padStart(2, "0")}-${basename(name)
    .replaceAll(/[^\w.-]/g, "_")
    .slice(0, 100)}`;

function idOf(incident: string): string {
  if (!/^[0-9A-Za-z][0-9A-Za-z-]*$/.test(incident)) throw new TypeError("this is not an incident's id");
  return incident;
}
