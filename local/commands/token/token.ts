import { randomBytes } from "node:crypto";
import { sha256 } from "../../../kernel/digest.ts";
import { print, say } from "../../console/say.ts";
import { type Stack, withStack } from "../../stack/stack.ts";
import { changeTokens, tokensIn } from "../../stack/tokens.ts";
import { exitCodes } from "../exit-codes.ts";
import type { TokenOptions } from "../token.ts";
import { added, type Change, changedOver, mustFit, revoked, rotated } from "./change.ts";

/** 256 bits, in characters that need no quotes anywhere. */
const newToken = (): string => randomBytes(32).toString("base64url");

const minute = "it counts everywhere within a minute";

export const add = (name: string, { clusters, ...where }: TokenOptions & { readonly clusters: readonly string[] }): Promise<number> =>
  over(where, async (stack, change) => {
    mustFit(clusters, await stack.clusters());
    const token = newToken();
    await change(added({ name, current: sha256(token), clusters }));
    show(
      token,
      `${name} may send alerts of ${clusters.join(", ")} to ${await stack.output("Alerts")} with this token, which is shown only now`,
    );
  });

export const rotate = (name: string, where: TokenOptions): Promise<number> =>
  over(where, async (stack, change) => {
    const token = newToken();
    await change(rotated(name, sha256(token)));
    const then = `remediator token revoke ${name} --previous --stack ${stack.name}`;
    show(
      token,
      `${name} may send with this token, which is shown only now, and with the one before. Once it sends with the new one: ${then}`,
    );
  });

export const revoke = (name: string, { previous, ...where }: TokenOptions & { readonly previous: boolean }): Promise<number> =>
  over(where, async (_, change) => {
    await change(previous ? changedOver(name) : revoked(name));
    say(previous ? `${name} may send with its newer token only: ${minute}` : `${name} may send no more: ${minute}`);
  });

export const list = ({ json, ...where }: TokenOptions & { readonly json: boolean }): Promise<number> =>
  withStack(where.stack, where.region, async (stack) => {
    const { tokens } = await tokensIn(await stack.output("Tokens"), stack.account);
    const shown = tokens.map(({ name, clusters, previous }) => ({ name, clusters, previous: previous !== undefined }));
    if (json) print(shown.map((one) => JSON.stringify(one)));
    else if (shown.length === 0)
      say(`nobody may send alerts to ${stack.name}: remediator token add NAME --clusters NAMES --stack ${stack.name}`);
    else
      print(
        shown.map(
          (one) => `${one.name.padEnd(24)} ${one.clusters.join(", ")}${one.previous ? "  (the token before the last is taken, too)" : ""}`,
        ),
      );
    return exitCodes.fine;
  });

type Work = (stack: Stack, change: (change: Change) => Promise<void>) => Promise<void>;

const over = ({ stack: name, region }: TokenOptions, work: Work): Promise<number> =>
  withStack(name, region, async (stack) => {
    const secret = await stack.output("Tokens");
    await work(stack, (change) => changeTokens(secret, stack.account, change));
    return exitCodes.fine;
  });

/** The token alone on stdout, so that it can go on to where it belongs without being seen. */
function show(token: string, says: string): void {
  say(says);
  print([token]);
}
