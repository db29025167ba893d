import { describe, expect, test } from "vitest";
import { worldOf } from "../../../adapters/world/index.ts";
import { nowhere } from "../../../adapters/world/nowhere.ts";
import { cannot, got } from "../../../adapters/world/reading.ts";
import { digest } from "../../../kernel/digest.ts";
import type { Instant, Query, Source } from "../../../kernel/types/index.ts";

const clock = () => "2026-01-01T00:00:00.000Z" as Instant;
const query = (source: Source, text = "x"): Query<unknown> => ({ source, text, parse: (raw) => raw });
const redact = {
  json: (value: unknown) => JSON.parse(JSON.stringify(value).replaceAll("hunter2", "***")),
  text: (text: string) => text.replaceAll("hunter2", "***"),
};

describe("the world", () => {
  test("asks the source that the query names", async () => {
    const world = worldOf({ clock, prometheus: async (text) => got(`prometheus ${text}`), logs: async (text) => got(`logs ${text}`) });
    expect(await world.fetch(query("prometheus", "up"))).toMatchObject({ state: "observed", value: "prometheus up", at: clock() });
    expect(await world.fetch(query("logs", "/p"))).toMatchObject({ value: "logs /p" });
  });

  test("gives the address of what it gives: of the redacted value", async () => {
    const world = worldOf({ clock, redact, kubernetes: async () => got({ command: ["--password=hunter2"] }) });
    const clean = { command: ["--password=***"] };
    expect(await world.fetch(query("kubernetes"))).toEqual({ state: "observed", value: clean, at: clock(), ref: digest(clean) });
  });

  test("redacts reasons", async () => {
    const world = worldOf({ clock, redact, kubernetes: async () => cannot("denied: hunter2") });
    expect(await world.fetch(query("kubernetes"))).toEqual({ state: "unavailable", reason: "denied: ***", at: clock() });
  });

  test("redacts with the project's own rules where nothing else is given", async () => {
    const world = worldOf({ clock, logs: async () => got("Authorization: Bearer abcdef0123456789abcdef0123456789") });
    expect(JSON.stringify(await world.fetch(query("logs")))).not.toContain("abcdef0123456789");
  });

  test.each<[Source, RegExp]>([
    ["kubernetes", /no cluster is configured/],
    ["logs", /no cluster/],
    ["prometheus", /no Prometheus is configured/],
    ["alertmanager", /no Alertmanager is configured/],
    ["host", /no access to hosts/],
  ])("says that there is no %s", async (source, says) => {
    expect(await worldOf({ clock }).fetch(query(source))).toMatchObject({ state: "unavailable", reason: expect.stringMatching(says) });
  });

  test("that cannot be reached at all says so of everything, without a secret, and never rejects", async () => {
    const world = nowhere("there is no way to cluster prod: Authorization: Bearer abcdef0123456789abcdef0123456789", clock);
    for (const source of ["kubernetes", "logs", "prometheus", "alertmanager", "host"] as const) {
      const observed = await world.fetch(query(source));
      expect(observed.state).toBe("unavailable");
      if (source !== "host") expect(observed).toMatchObject({ reason: expect.stringMatching(/^there is no way to cluster prod: /) });
      expect(JSON.stringify(observed)).not.toContain("abcdef0123456789");
    }
  });

  test("never rejects, and does not pass on what was thrown", async () => {
    const world = worldOf({ clock, kubernetes: () => Promise.reject(new TypeError("token hunter2")) });
    const observed = await world.fetch(query("kubernetes"));
    expect(observed).toMatchObject({ state: "unavailable", reason: "the kubernetes reader failed: TypeError" });
  });
});
