import { SFNClient } from "@aws-sdk/client-sfn";
import { patience } from "../../adapters/ledger/dynamodb/open.ts";
import { machinesBy } from "../../adapters/starter/machines.ts";
import { sfnStarter } from "../../adapters/starter/sfn.ts";
import { sfnWaker } from "../../adapters/starter/waker.ts";
import type { Starter, Waker } from "../../kernel/ports.ts";
import { environment } from "../contract.ts";
import { policy } from "./common.ts";
import { env, once } from "./env.ts";
import { ledger } from "./ledger.ts";

const client = once(() => new SFNClient(patience));

export const starter = once(
  (): Starter => sfnStarter({ client: client(), machineOf: machinesBy(env(environment.workflow), policy()), ledger: ledger() }),
);
export const waker = once((): Waker => sfnWaker(client()));
