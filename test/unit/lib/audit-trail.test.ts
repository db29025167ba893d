import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { tables } from "../../../adapters/ledger/dynamodb/tables.ts";
import { deployed, ofType, text } from "./deployed.ts";

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: readonly unknown[];
}
const template = deployed();
const ourKey = { "Fn::GetAtt": [Match.stringLikeRegexp("^Key"), "Arn"] };
const audit = { Ref: Match.stringLikeRegexp("^FunctionsAuditFunction") };
const deadLetters = { "Fn::GetAtt": [Match.stringLikeRegexp("^AuditTrailDeadLetters"), "Arn"] };

describe("the audit log", () => {
  test("is kept for thirteen months, also when the stack goes, and encrypted by our key", () => {
    template.hasResource("AWS::Logs::LogGroup", {
      // Not where its very creation is rolled back: its name is fixed, and the next attempt wants it.
      DeletionPolicy: "RetainExceptOnCreate",
      UpdateReplacePolicy: "Retain",
      Properties: { LogGroupName: "/remediator/audit", RetentionInDays: 400, KmsKeyId: ourKey },
    });
  });

  test("is written by the function Audit alone, and nobody else's lines are in it", () => {
    const policies = ofType(template, "AWS::IAM::Policy").filter(([, { Properties }]) =>
      JSON.stringify(Properties).includes("AuditTrailLog"),
    );
    expect(policies.map(([id]) => id.replace(/[0-9A-F]{8}$/, ""))).toEqual(["FunctionsAuditRoleDefaultPolicy"]);
    const statements = policies.flatMap(
      ([, { Properties }]) => (Properties.PolicyDocument as { Statement: readonly Statement[] }).Statement,
    );
    const [writes, ...others] = statements.filter(({ Action }) => String(Action).includes("logs:"));
    expect([writes?.Action, others]).toEqual([["logs:CreateLogStream", "logs:PutLogEvents"], []]);
    const resources = writes?.Resource.map((one) =>
      text(one)
        .replace(/^arn:.*:log-group:/, "")
        .replaceAll(/[0-9A-F]{8}(?=[.}])/g, ""),
    );
    expect(resources?.sort()).toEqual([
      expect.stringMatching(/^\$\{AuditTrailLog\}$/),
      expect.stringMatching(/^\$\{AuditTrailLog\}:log-stream:\*$/),
      expect.stringMatching(/^\$\{FunctionsAuditLogs\.Arn\}$/),
    ]);
    const logging = ofType(template, "AWS::Lambda::Function").map(([, { Properties }]) => JSON.stringify(Properties.LoggingConfig));
    expect(logging.filter((one) => one.includes("AuditTrail"))).toEqual([]);
  });
});

describe("its source", () => {
  test("is what is put into Records, and the ledger says so: the others have no stream", () => {
    expect([tables.records.stream, "stream" in tables.state, "stream" in tables.people]).toEqual(["NEW_IMAGE", false, false]);
    const streams = ofType(template, "AWS::DynamoDB::Table").map(([id, { Properties }]) => [
      id.replace(/[0-9A-F]{8}$/, ""),
      Properties.StreamSpecification,
    ]);
    expect(streams).toEqual([
      ["TablesRecords", { StreamViewType: "NEW_IMAGE" }],
      ["TablesState", undefined],
      ["TablesPeople", undefined],
    ]);
  });

  test("is read from the first record on, in order, and goes on behind what cannot be taken", () => {
    template.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      FunctionName: audit,
      EventSourceArn: { "Fn::GetAtt": [Match.stringLikeRegexp("^TablesRecords"), "StreamArn"] },
      StartingPosition: "TRIM_HORIZON",
      ParallelizationFactor: 1,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      MaximumRetryAttempts: 10,
      DestinationConfig: { OnFailure: { Destination: deadLetters } },
    });
  });
});

describe("what could not be taken", () => {
  test("is kept for two weeks, encrypted by our key, and given and taken over TLS alone", () => {
    const [[, kept] = []] = ofType(template, "AWS::SQS::Queue").filter(([id]) => id.startsWith("AuditTrail"));
    expect(kept?.Properties).toMatchObject({ MessageRetentionPeriod: 14 * 24 * 3600 });
    template.hasResourceProperties("AWS::SQS::Queue", { KmsMasterKeyId: ourKey });
    template.hasResourceProperties("AWS::SQS::QueuePolicy", {
      PolicyDocument: {
        Statement: [
          Match.objectLike({
            Effect: "Deny",
            Action: "sqs:*",
            Principal: { AWS: "*" },
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          }),
        ],
      },
    });
  });
});
