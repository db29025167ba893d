import { describe, expect, test } from "vitest";
import { type Credentials, eksToken } from "../../../adapters/eks/token.ts";
import { emulated } from "../../support/ministack.ts";
import { sessionOf } from "../support/eks-authenticator.ts";
import { eksName, onCall } from "../support/policy.ts";
import { oneAlert, post } from "../support/posting.ts";
import type { Scene } from "../support/scene.ts";

export const wrongToken = "a-token-that-nobody-was-given";

/** Who is let in: at the HTTP API, and at the API server. */
export function wayIn({ stage }: Scene): void {
  describe("an alert", () => {
    test("without a token is refused at the door", async () => {
      expect(await post(stage(), oneAlert())).toMatchObject({ status: 401 });
    });

    test("with a wrong token is refused, and is not on record", async () => {
      expect(await post(stage(), oneAlert(), wrongToken)).toMatchObject({ status: 403 });
      expect(await stage().ledger.open()).toEqual([]);
    });

    test("with a token for other clusters is refused, and is not on record", async () => {
      expect(await post(stage(), oneAlert(), stage().tokens.elsewhere)).toMatchObject({ status: 403 });
      expect(await stage().ledger.open()).toEqual([]);
    });
  });

  describe("at the API server, a token of EKS", () => {
    const tokenFor = (cluster: string, credentials: Credentials) =>
      eksToken({ cluster, region: emulated.region, credentials, now: new Date() });
    const sessionBehind = (token: string) => sessionOf(token, eksName, stage().emulator.endpoint);

    test("lets nobody in whose role has no access entry", async () => {
      const token = await tokenFor(eksName, stage().people.approver);
      expect(await sessionBehind(token)).toBe(`arn:aws:sts::000000000000:assumed-role/${onCall}/jo`);
      await expect(stage().cluster.kubectl([`--token=${token}`, "get", "namespaces"])).rejects.toThrow(/Unauthorized/);
    });

    test("says nothing where it was made for another cluster, or asks for more than who one is", async () => {
      const { approver } = stage().people;
      expect(await sessionBehind(await tokenFor("another", approver))).toBeUndefined();
      const token = await tokenFor(eksName, approver);
      const url = Buffer.from(token.slice("k8s-aws-v1.".length), "base64url").toString("utf8");
      const changed = (text: string) => `k8s-aws-v1.${Buffer.from(text).toString("base64url")}`;
      expect(await sessionBehind(changed(url))).toBeDefined();
      for (const other of [`${url}&more=1`, url.replace("GetCallerIdentity", "GetSessionToken"), url.replace("sts.", "example.")]) {
        expect(await sessionBehind(changed(other))).toBeUndefined();
      }
    });
  });
}
