import { readFileSync } from "node:fs";
import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { sha256 } from "../../../kernel/digest.ts";
import { contract as answer, askContract } from "../../../lambdas/answer/contract.ts";
import { contract as audit } from "../../../lambdas/audit/contract.ts";
import { contract as authorize } from "../../../lambdas/authorize/contract.ts";
import { authorize as opens } from "../../../lambdas/authorize/handler.ts";
import { readTokens } from "../../../lambdas/authorize/tokens.ts";
import { type Contract, variables } from "../../../lambdas/contract.ts";
import { contract as decide } from "../../../lambdas/decide/contract.ts";
import { contract as diagnose } from "../../../lambdas/diagnose/contract.ts";
import { contract as escalate } from "../../../lambdas/escalate/contract.ts";
import { contract as ingest, queuedContract } from "../../../lambdas/ingest/contract.ts";
import { contract as patrol } from "../../../lambdas/patrol/contract.ts";
import { contract as provision } from "../../../lambdas/provision/contract.ts";
import { contract as remediate } from "../../../lambdas/remediate/contract.ts";
import { contract as sweep } from "../../../lambdas/sweep/contract.ts";
import { deployed, ofType, only, policyOf, resourcesOf, text } from "./deployed.ts";

const template = deployed();
const retained = { DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" };
const ourKey = { "Fn::GetAtt": [Match.stringLikeRegexp("^Key"), "Arn"] };

test("the same input gives the same template", () => {
  expect(JSON.stringify(deployed().toJSON())).toBe(JSON.stringify(template.toJSON()));
});

test("its outputs say how long an incident about the same rests, for whoever follows one", () => {
  const own = deployed({ policy: policyOf("timing: {pauseSeconds: 900}") });
  own.hasOutput("PauseSeconds", { Value: "900" });
});

describe("what is kept", () => {
  const tables = ofType(template, "AWS::DynamoDB::Table");

  test.each(["Records", "State", "People"])(
    "the table %s can be restored, is not deleted by mistake, and is encrypted by our key",
    (name) => {
      const [, table] = tables.find(([id]) => id.startsWith(`Tables${name}`)) ?? [];
      expect(table).toMatchObject({
        ...retained,
        Properties: {
          KeySchema: [
            { AttributeName: "pk", KeyType: "HASH" },
            { AttributeName: "sk", KeyType: "RANGE" },
          ],
          BillingMode: "PAY_PER_REQUEST",
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
          DeletionProtectionEnabled: true,
          SSESpecification: { SSEEnabled: true, SSEType: "KMS" },
        },
      });
    },
  );

  test("there are no other tables", () => {
    expect(tables).toHaveLength(3);
  });

  test("records are changed and deleted by nobody", () => {
    template.hasResourceProperties("AWS::DynamoDB::Table", {
      ResourcePolicy: {
        PolicyDocument: {
          Statement: [
            {
              Effect: "Deny",
              Principal: { AWS: "*" },
              Action: [
                "dynamodb:BatchWriteItem",
                "dynamodb:DeleteItem",
                "dynamodb:PartiQLDelete",
                "dynamodb:PartiQLUpdate",
                "dynamodb:UpdateItem",
              ],
              Resource: "*",
            },
          ],
        },
      },
    });
  });

  test("the archive is locked, versioned, private, encrypted, and kept", () => {
    template.hasResource("AWS::S3::Bucket", {
      ...retained,
      Properties: {
        ObjectLockEnabled: true,
        ObjectLockConfiguration: { ObjectLockEnabled: "Enabled", Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 365 } } },
        VersioningConfiguration: { Status: "Enabled" },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: ourKey } },
          ],
        },
      },
    });
  });

  test("nothing in the archive expires; who has read it is kept as long as the audit log", () => {
    const buckets = ofType(template, "AWS::S3::Bucket");
    const archive = buckets.find(([, { Properties }]) => Properties.ObjectLockEnabled);
    const access = buckets.find((bucket) => bucket !== archive);
    expect(buckets).toHaveLength(2);
    const { LifecycleConfiguration, LoggingConfiguration } = archive?.[1].Properties ?? {};
    expect(LoggingConfiguration).toEqual({ DestinationBucketName: { Ref: access?.[0] } });
    expect(access?.[1].Properties.LifecycleConfiguration).toMatchObject({ Rules: [{ ExpirationInDays: 400, Status: "Enabled" }] });
    expect(LifecycleConfiguration).toBeDefined();
    expect(JSON.stringify(LifecycleConfiguration)).not.toContain("Expiration");
  });

  test("no function and no person of ours deletes in the archive, or goes past its lock", () => {
    interface Allowing {
      readonly Effect: string;
      readonly Action?: string | readonly string[];
      readonly NotAction?: unknown;
    }
    interface Holding {
      readonly PolicyDocument?: { readonly Statement: readonly Allowing[] };
    }
    const holding = Object.values(resourcesOf(template))
      .filter(({ Type }) => Type.startsWith("AWS::IAM::") || Type === "AWS::S3::BucketPolicy")
      .map(({ Properties }) => Properties as Holding & { readonly Policies?: readonly Holding[]; readonly ManagedPolicyArns?: unknown });
    expect(holding.filter(({ ManagedPolicyArns }) => ManagedPolicyArns !== undefined)).toEqual([]);
    const allowed = holding
      .flatMap((one) => [one, ...(one.Policies ?? [])])
      .flatMap(({ PolicyDocument }) => PolicyDocument?.Statement ?? [])
      .filter(({ Effect }) => Effect === "Allow");
    expect(allowed.filter(({ NotAction }) => NotAction !== undefined)).toEqual([]);
    const actions = new Set(allowed.flatMap(({ Action = [] }) => Action).filter((action) => /^(?:s3:|\*)/.test(action)));
    // Neither s3:BypassGovernanceRetention, nor a deletion, nor a word about retention or the bucket.
    expect([...actions].sort()).toEqual(["s3:GetObject", "s3:ListBucket", "s3:PutObject"]);
  });

  test("the archive is reached over TLS alone", () => {
    template.hasResourceProperties("AWS::S3::BucketPolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: "Deny", Action: "s3:*", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
          Match.objectLike({ Effect: "Deny", Action: "s3:*", Condition: { NumericLessThan: { "s3:TlsVersion": 1.2 } } }),
        ]),
      },
    });
  });

  test("the key changes each year, and stays", () => {
    template.hasResource("AWS::KMS::Key", { ...retained, Properties: { EnableKeyRotation: true } });
  });

  test.each(ofType(template, "AWS::Logs::LogGroup"))("log group %s has an end and our key", (_, { Properties }) => {
    expect(Properties.RetentionInDays).toBeGreaterThan(0);
    expect(Properties.KmsKeyId).toEqual({ "Fn::GetAtt": [expect.stringMatching(/^Key/), "Arn"] });
  });
});

describe("functions", () => {
  const contracts: Readonly<Record<string, Contract>> = {
    Authorize: authorize,
    Ingest: ingest,
    Queued: queuedContract,
    Decide: decide,
    Diagnose: diagnose,
    EvictWorkload: remediate,
    RolloutWorkload: remediate,
    LabelNamespace: remediate,
    Escalate: escalate,
    Ask: askContract,
    Answer: answer,
    Sweep: sweep,
    Patrol: patrol,
    Provision: provision,
    Audit: audit,
  };
  const lambdas = ofType(template, "AWS::Lambda::Function");
  const propertiesOf = (name: string) => lambdas.find(([id]) => id.startsWith(`Functions${name}Function`))?.[1].Properties ?? {};
  const environmentOf = (name: string) =>
    (propertiesOf(name).Environment as { Variables?: Readonly<Record<string, unknown>> } | undefined)?.Variables ?? {};

  test.each(Object.entries(contracts))("%s is as its contract says", (name, contract) => {
    expect(propertiesOf(name)).toMatchObject({
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      Timeout: contract.timeoutSeconds,
      MemorySize: contract.memoryMiB,
      TracingConfig: { Mode: "Active" },
      LoggingConfig: { LogFormat: "JSON", LogGroup: { Ref: expect.stringMatching(new RegExp(`^Functions${name}Logs`)) } },
    });
    expect(propertiesOf(name).ReservedConcurrentExecutions).toBe(contract.concurrency);
    expect(Object.keys(environmentOf(name)).sort()).toEqual([...variables(contract)].sort());
  });

  test("are known by name, so that an emergency stop need ask nobody which they are", () => {
    expect(lambdas.map(([, { Properties }]) => Properties.FunctionName).sort()).toEqual(
      Object.keys(contracts)
        .map((name) => `remediator-${name}`)
        .sort(),
    );
  });

  test("are these and no others, each with a role of its own", () => {
    expect(lambdas).toHaveLength(Object.keys(contracts).length);
    const roles = lambdas.map(([, { Properties }]) => text(Properties.Role));
    expect(new Set(roles).size).toBe(lambdas.length);
  });

  test("that write have hands of one kind each, and may be called only a few at once", () => {
    const writers = Object.keys(contracts).filter((name) => contracts[name] === remediate);
    expect(writers.map((name) => environmentOf(name).CAPABILITY)).toEqual(writers);
    expect(writers.map((name) => propertiesOf(name).ReservedConcurrentExecutions)).toEqual([5, 5, 5]);
  });

  test("of one folder call different exports", () => {
    expect([propertiesOf("Answer").Handler, propertiesOf("Ask").Handler]).toEqual(["index.handler", "index.ask"]);
  });

  test("are not repeated by Lambda itself", () => {
    const retries = ofType(template, "AWS::Lambda::EventInvokeConfig").map(([, { Properties }]) => Properties.MaximumRetryAttempts);
    expect(retries).toEqual(lambdas.map(() => 0));
    const ages = ofType(template, "AWS::Lambda::EventInvokeConfig").map(([, { Properties }]) => Properties.MaximumEventAgeInSeconds);
    expect(new Set(ages)).toEqual(new Set([60]));
  });

  test("that write outlive the lease as it is shipped, and their states outlive them", () => {
    const { States } = JSON.parse(readFileSync("lib/workflow.asl.json", "utf8")) as { States: Record<string, { TimeoutSeconds: number }> };
    expect(remediate.timeoutSeconds).toBeGreaterThan(180);
    expect(States.EvictWorkload?.TimeoutSeconds).toBeGreaterThan(remediate.timeoutSeconds);
  });
});

describe("ways in", () => {
  const routes = ofType(template, "AWS::ApiGatewayV2::Route").map(([, { Properties }]) => [
    Properties.RouteKey,
    Properties.AuthorizationType,
  ]);

  test("are two: alerts by bearer token, answers by an identity", () => {
    expect(routes).toEqual([
      ["POST /alerts", "CUSTOM"],
      ["POST /approvals/{id}", "AWS_IAM"],
    ]);
  });

  test("ask for the token each half minute, and have none without the header", () => {
    template.hasResourceProperties("AWS::ApiGatewayV2::Authorizer", {
      AuthorizerType: "REQUEST",
      AuthorizerPayloadFormatVersion: "2.0",
      EnableSimpleResponses: true,
      AuthorizerResultTtlInSeconds: 30,
      IdentitySource: ["$request.header.Authorization"],
    });
  });

  test("are bounded, and log no header, body or query", () => {
    const { DefaultRouteSettings, RouteSettings, AccessLogSettings } = only(template, "AWS::ApiGatewayV2::Stage").Properties;
    expect(DefaultRouteSettings).toMatchObject({ ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 });
    // A thousand workloads are a thousand deliveries at once by the route that we ship; what is refused here is not sent again.
    expect(RouteSettings).toEqual({ "POST /alerts": { ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 2000 } });
    const { Format } = AccessLogSettings as { Format: string };
    expect(Object.keys(JSON.parse(Format))).toContain("sender");
    expect(Format).not.toMatch(/header|body|query|path|\$request/i);
  });
});

describe("alerts by way of SNS", () => {
  const queues = ofType(template, "AWS::SQS::Queue");
  const byOurKey = { "Fn::GetAtt": [expect.stringMatching(/^Key/), "Arn"] };
  const queue = (name: string) => queues.find(([id]) => id.startsWith(`AlertTopic${name}`)) ?? [];

  test("come from Amazon Managed Prometheus of this account, over TLS", () => {
    template.hasResourceProperties("AWS::SNS::TopicPolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
          Match.objectLike({
            Effect: "Allow",
            Action: "sns:Publish",
            Principal: { Service: "aps.amazonaws.com" },
            Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
          }),
        ]),
      },
    });
  });

  test("wait in a queue that only the topic fills, and that the function has six times its own time for", () => {
    const [id, { Properties = {} } = {}] = queue("Queue");
    expect(Properties).toMatchObject({ KmsMasterKeyId: byOurKey, VisibilityTimeout: 6 * queuedContract.timeoutSeconds });
    template.hasResourceProperties("AWS::SNS::Subscription", { Protocol: "sqs", Endpoint: { "Fn::GetAtt": [id, "Arn"] } });
    const sends = ofType(template, "AWS::SQS::QueuePolicy").flatMap(([, { Properties }]) =>
      (Properties.PolicyDocument as { Statement: readonly Record<string, unknown>[] }).Statement.filter(({ Effect }) => Effect === "Allow"),
    );
    expect(sends).toMatchObject([
      { Action: "sqs:SendMessage", Principal: { Service: "sns.amazonaws.com" }, Condition: { ArnEquals: { "aws:SourceArn": {} } } },
    ]);
  });

  test("are kept for two weeks where they could not be taken, encrypted too", () => {
    const [dead, { Properties: kept = {} } = {}] = queue("Dead");
    expect(kept).toMatchObject({ KmsMasterKeyId: byOurKey, MessageRetentionPeriod: 14 * 86_400 });
    expect(queue("Queue")[1]?.Properties.RedrivePolicy).toEqual({
      deadLetterTargetArn: { "Fn::GetAtt": [dead, "Arn"] },
      maxReceiveCount: 10,
    });
  });

  test("come again one by one, so that a bad one keeps no other back", () => {
    template.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      FunctionName: { Ref: Match.stringLikeRegexp("^FunctionsQueuedFunction") },
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ScalingConfig: { MaximumConcurrency: queuedContract.concurrency },
    });
  });
});

describe("the workflow", () => {
  const machine = only(template, "AWS::StepFunctions::StateMachine").Properties;

  test("is the rendered one, with the functions in their places", () => {
    const placed = text(machine.DefinitionString)
      .replaceAll(/(?<=\$\{)Functions(\w+?)Function[0-9A-F]{8}\.Arn(?=\})/g, "$1Arn")
      .replaceAll(/\$\{AWS::Partition\}/g, "aws");
    expect(JSON.parse(placed)).toEqual(JSON.parse(readFileSync("lib/workflow.asl.json", "utf8")));
  });

  test("has the name by which functions know it, and logs no input: a token is in it", () => {
    expect(machine).toMatchObject({
      StateMachineName: "remediator",
      StateMachineType: "STANDARD",
      LoggingConfiguration: { IncludeExecutionData: false },
      TracingConfiguration: { Enabled: true },
    });
  });
});

test("the sweeper runs each minute", () => {
  template.hasResourceProperties("AWS::Scheduler::Schedule", {
    ScheduleExpression: "rate(1 minute)",
    State: "ENABLED",
    Target: { Arn: { "Fn::GetAtt": [Match.stringLikeRegexp("^FunctionsSweepFunction"), "Arn"] }, RetryPolicy: { MaximumRetryAttempts: 0 } },
  });
});

test("the patrol looks over each cluster every five minutes, not over all at the same moment", () => {
  const schedules = ofType(
    deployed({ policy: policyOf("clusters: { prod: { region: eu-west-1, eks: a }, staging: { region: eu-west-1, eks: b } }") }),
    "AWS::Scheduler::Schedule",
  ).map(([, { Properties }]) => Properties);
  const patrols = schedules.filter(({ ScheduleExpression }) => ScheduleExpression === "rate(5 minutes)");
  expect(patrols).toMatchObject(
    ["prod", "staging"].map((cluster) => ({
      FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 2 },
      Target: { Arn: { "Fn::GetAtt": [expect.stringMatching(/^FunctionsPatrolFunction/), "Arn"] }, Input: JSON.stringify({ cluster }) },
    })),
  );
});

describe("the list of tokens", () => {
  const { SecretString } = only(template, "AWS::SecretsManager::Secret").Properties;

  test("nobody can send alerts until a token is there", () => {
    template.hasResourceProperties("AWS::SecretsManager::Secret", { SecretString: "[]", GenerateSecretString: Match.absent() });
  });

  test("as it is deployed opens to no guess, nor to itself", () => {
    const list = readTokens(String(SecretString));
    for (const guess of ["[]", sha256("[]"), sha256(""), "undefined", "null", "*"])
      expect(opens({ authorization: `Bearer ${guess}` }, list)).toBeUndefined();
  });

  test("is known to the function that reads it by its address alone, and its text is nowhere else", () => {
    const known = ofType(template, "AWS::Lambda::Function").flatMap(([id, { Properties }]) => {
      const variables = (Properties.Environment as { readonly Variables?: Readonly<Record<string, unknown>> } | undefined)?.Variables ?? {};
      return "TOKENS_SECRET" in variables ? [[id.replace(/Function[0-9A-F]{8}$/, ""), variables.TOKENS_SECRET]] : [];
    });
    expect(known).toEqual([["FunctionsAuthorize", { Ref: expect.stringMatching(/^Tokens/) }]]);
    const whole = JSON.stringify(template.toJSON());
    expect(whole.match(/"SecretString"/g)).toHaveLength(1);
    expect(whole).not.toContain("{{resolve:secretsmanager");
  });
});

test("tickets are taken and given over TLS alone, and encrypted by our key", () => {
  template.hasResourceProperties("AWS::SNS::Topic", { KmsMasterKeyId: ourKey });
  template.hasResourceProperties("AWS::SNS::TopicPolicy", {
    PolicyDocument: { Statement: [Match.objectLike({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } })] },
  });
});
