import { describe, expect, it } from "vitest";
import { apps, core, type Field, space } from "./field.ts";

/** Logs of pods, and of those that have none. */
export function logs(field: Field): void {
  const { logs, get } = field;
  describe("logs", () => {
    it("gives the log of a container that runs, stamped where that is asked for", async () => {
      const log = await logs(`${core}/pods/db-0/log?container=app&timestamps=true&tailLines=5`);
      expect(log).toEqual({ state: "observed", value: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z \S/) });
    });

    it("says that there is no log of a pod that is not there, or of a container before the first", async () => {
      expect(await logs(`${core}/pods/none/log?container=app`)).toEqual({ state: "observed", value: null });
    });

    it("refuses a container that the pod has not", async () => {
      expect(await logs(`${core}/pods/db-0/log?container=other`)).toEqual({
        state: "unavailable",
        reason: `the log of pods/db-0 in namespace ${space} cannot be read: the API server refused the question (400)`,
      });
    });

    it("gives all containers of the newest pods of an owner", async () => {
      const { metadata } = await get(`${apps}/deployments/web`);
      const log = await logs(`${core}/pods/*/log?owner=${metadata.uid}&pods=2&container=*&tailLines=1`);
      expect(log).toEqual({
        state: "observed",
        value: expect.stringMatching(/^\[pod web-\S+, container app\]\n[\s\S]*\n\[pod web-\S+, container app\]\n/),
      });
    });

    it("keeps logs from who may not read them", async () => {
      expect(await logs(`${core}/pods/db-0/log?container=app`, "nobody")).toEqual({
        state: "unavailable",
        reason: `the log of pods/db-0 in namespace ${space} may not be read: our role lacks "get" on pods/log (403)`,
      });
    });
  });
}
