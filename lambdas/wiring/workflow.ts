import { SFNClient } from "@aws-sdk/client-sfn";
import { patience } from "../../adapters/ledger/dynamodb/open.ts";
import { sfnKeeper } from "../../adapters/starter/keeper.ts";
import { sfnStarter } from "../../adapters/starter/sfn.ts";
import { sfnWaker } from "../../adapters/starter/waker.ts";
import type { Keeper, Starter, Waker } from "../../kernel/ports.ts";
import { environment } from "../contract.ts";
import { env, once } from "./env.ts";
import { ledger } from "./ledger.ts";

const client = once(() => new SFNClient(patience));

export const starter = once((): Starter => sfnStarter({ client: client(), arn: env(environment.workflow), ledger: ledger() }));
export const keeper = once((): Keeper => sfnKeeper({ client: client(), arn: env(environment.workflow), ledger: ledger(), now: Date.now }));
export const waker = once((): Waker => sfnWaker(client()));
