import { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, BillingMode, StreamViewType, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { type TableDefinition, tables } from "../adapters/ledger/dynamodb/tables.ts";

/** What is recorded is never changed: nobody may, whatever else they may do. (That a put is of something new is the put's own condition.) */
const neverChanged = new PolicyDocument({
  statements: [
    new PolicyStatement({
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: [
        "dynamodb:UpdateItem",
        "dynamodb:DeleteItem",
        "dynamodb:BatchWriteItem",
        "dynamodb:PartiQLUpdate",
        "dynamodb:PartiQLDelete",
      ],
      resources: ["*"],
    }),
  ],
});

/** The three tables of the ledger, as the adapter describes them. They stay when the stack goes. */
export class LedgerTables extends Construct {
  readonly records: Table;
  readonly state: Table;
  readonly people: Table;

  constructor(scope: Construct, id: string, key: IKey) {
    super(scope, id);
    this.records = this.#table("Records", tables.records, key, neverChanged);
    this.state = this.#table("State", tables.state, key);
    this.people = this.#table("People", tables.people, key);
  }

  #table(
    id: string,
    { partitionKey, sortKey, pointInTimeRecovery, deletionProtection, stream }: TableDefinition,
    key: IKey,
    policy?: PolicyDocument,
  ) {
    return new Table(this, id, {
      partitionKey: { name: partitionKey.name, type: AttributeType.STRING },
      sortKey: { name: sortKey.name, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: pointInTimeRecovery, recoveryPeriodInDays: 35 },
      deletionProtection,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: key,
      removalPolicy: RemovalPolicy.RETAIN,
      ...(stream ? { stream: StreamViewType[stream] } : {}),
      ...(policy ? { resourcePolicy: policy } : {}),
    });
  }
}
