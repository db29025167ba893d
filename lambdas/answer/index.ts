import { SNSClient } from "@aws-sdk/client-sns";
import { tell } from "../../adapters/desk/sns.ts";
import { patience } from "../../adapters/ledger/dynamodb/open.ts";
import { plainText } from "../../adapters/redact/plain.ts";
import { knownRemedies as remedies } from "../../runbook/remedies/known.ts";
import { approvalText } from "../../runbook/tickets/approval.ts";
import { environment } from "../contract.ts";
import { clock, log, logged, policy } from "../wiring/common.ts";
import { env, once } from "../wiring/env.ts";
import { ledger } from "../wiring/ledger.ts";
import { waker } from "../wiring/workflow.ts";
import * as asking from "./ask.ts";
import { answer } from "./handler.ts";
import { readAnswer } from "./read-answer.ts";

const sns = once(() => new SNSClient(patience));

/** What the IAM-authorised route sends: who calls is the route's word, never the body's. */
export interface Event {
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
  readonly pathParameters?: { readonly id?: string };
  readonly requestContext: { readonly authorizer?: { readonly iam?: { readonly userArn?: unknown } } };
}

export async function handler({ body = "", isBase64Encoded = false, pathParameters, requestContext }: Event) {
  const by = requestContext.authorizer?.iam?.userArn;
  if (typeof by !== "string" || by === "") return reply(403, { error: "nobody was authenticated" });
  const read = readAnswer(isBase64Encoded ? Buffer.from(body, "base64").toString("utf8") : body, pathParameters?.id);
  if (!read.ok) return reply(422, { error: read.says });
  const answered = await answer({ ...read.answer, by }, { ledger: ledger(), waker: waker(), policy: policy(), clock });
  log({ level: "info", message: `an answer was ${answered.did}`, incident: read.answer.id, by });
  return answered.did === "recorded" ? reply(200, { recorded: answered.plan }) : reply(answered.code, { error: answered.says });
}

/** The function of the state Ask. Who is to answer hears of it where tickets go. */
export const ask = (input: asking.Input): Promise<void> =>
  logged("ask", { id: input.id }, () =>
    asking.ask(input, {
      ledger: ledger(),
      waker: waker(),
      clock,
      announcer: {
        approvalWaits: async (waiting) => {
          const { incident, remedy, plan, until } = waiting;
          const command = (verb: string) => `npx remediator ${verb} ${incident.id} --plan ${plan.slice(0, 12)} --stack ${stack()}`;
          const { subject, body } = approvalText(waiting, { remedies, plain: plainText, command });
          await tell({ client: sns(), topic: env(environment.tickets) }, subject, incident.id, body);
          log({ level: "info", message: "an approval waits", incident: incident.id, kind: remedy.kind, plan, until });
        },
      },
    }),
  );

/** A function is called as its stack, and then as itself. */
const stack = (): string => (process.env.AWS_LAMBDA_FUNCTION_NAME ?? "").replace(/-[^-]*$/, "");

const reply = (statusCode: number, body: object) => ({
  statusCode,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});
