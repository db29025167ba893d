import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { LedgerUse } from "../lambdas/contract.ts";
import { rightsOn, touched } from "./ledger-actions.ts";
import type { LedgerTables } from "./tables.ts";

/** What a function may do to the three tables that uses the ledger so. */
export function ledgerStatements(uses: readonly LedgerUse[], tables: LedgerTables): readonly PolicyStatement[] {
  const onRecords = touched(uses).records;
  return [
    ...(onRecords.length > 0 ? [statement(onRecords, tables.records.tableArn)] : []),
    ...byPartition("state", uses, tables),
    ...byPartition("people", uses, tables),
  ];
}

/** What a function may that puts stop switches there, and does nothing else with the ledger. */
export const switchStatements = (tables: LedgerTables): readonly PolicyStatement[] => byPartition("people", ["setSwitch"], tables);

/** What is not its own is denied, and not just left out: nothing else that the role may be given opens it. */
function byPartition(table: "state" | "people", uses: readonly LedgerUse[], tables: LedgerTables): readonly PolicyStatement[] {
  return rightsOn(table, uses).flatMap(({ actions, never }) => [
    statement(actions, tables[table].tableArn),
    ...(never.length > 0 ? [statement(actions, tables[table].tableArn, never)] : []),
  ]);
}

const statement = (actions: readonly string[], table: string, never?: readonly string[]): PolicyStatement =>
  new PolicyStatement({
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [table],
    ...(never ? { effect: Effect.DENY, conditions: { "ForAnyValue:StringLike": { "dynamodb:LeadingKeys": [...never] } } } : {}),
  });
