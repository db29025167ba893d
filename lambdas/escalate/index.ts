import { SNSClient } from "@aws-sdk/client-sns";
import { placeOf } from "../../adapters/archive/address.ts";
import { snsDesk } from "../../adapters/desk/sns.ts";
import { patience } from "../../adapters/ledger/dynamodb/open.ts";
import { markdownText } from "../../adapters/redact/index.ts";
import { knownRemedies as remedies } from "../../runbook/remedies/known.ts";
import { environment } from "../contract.ts";
import { archive } from "../wiring/archive.ts";
import { worldFor } from "../wiring/clusters.ts";
import { clock, logged, policy } from "../wiring/common.ts";
import { env, once } from "../wiring/env.ts";
import { ledger } from "../wiring/ledger.ts";
import * as escalating from "./handler.ts";

const locate = (address: string) => `s3://${env(environment.archive)}/${placeOf(address)}`;
const desk = once(() => snsDesk({ client: new SNSClient(patience), topic: env(environment.tickets), archive: archive(), locate }));

export const handler = (input: escalating.Input): Promise<void> =>
  logged("escalate", input, async () =>
    escalating.handler(input, {
      ledger: ledger(),
      archive: archive(),
      world: await worldFor(input.id, "Escalate"),
      desk: desk(),
      rules: { remedies },
      policy: policy(),
      clock,
      by: "Escalate",
      plain: markdownText,
    }),
  );
