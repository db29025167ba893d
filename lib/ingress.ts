import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import { type CfnStage, HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpIamAuthorizer, HttpLambdaAuthorizer, HttpLambdaResponseType } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { Functions } from "./functions.ts";
import type { Resources } from "./permissions.ts";

/** It bounds what a stranger can cost. */
const throttle = { rateLimit: 50, burstLimit: 100 };
/**
 * What is over this is answered 429, which Alertmanager does not send again in that flush: so far above a storm of a thousand workloads. What it
 * costs is bounded by the functions behind it, whose throttling is a 5xx, and is sent again.
 */
const throttleOfAlerts = { ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 2000 };

/** No header, no body, no query: who and what, never what they carried. `sender` is the name of a token. */
const accessLog = {
  request: "$context.requestId",
  at: "$context.requestTime",
  from: "$context.identity.sourceIp",
  route: "$context.routeKey",
  status: "$context.status",
  bytes: "$context.responseLength",
  milliseconds: "$context.responseLatency",
  sender: "$context.authorizer.token",
  caller: "$context.identity.userArn",
  error: "$context.error.message",
  authorizerError: "$context.authorizer.error",
  integrationError: "$context.integrationErrorMessage",
};

/** The ways in over HTTP: alerts with a bearer token, answers to approvals with an identity of IAM. Every other path is 404. */
export class Ingress extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;

  constructor(
    scope: Construct,
    id: string,
    { key, retention }: Pick<Resources, "key" | "retention">,
    { Authorize, Ingest, Answer }: Pick<Functions, "Authorize" | "Ingest" | "Answer">,
  ) {
    super(scope, id);
    this.api = new HttpApi(this, "Api", {
      apiName: Stack.of(this).stackName,
      createDefaultStage: false,
      description: "Alerts in, answers to approvals",
    });
    this.stage = new HttpStage(this, "Stage", {
      httpApi: this.api,
      autoDeploy: true,
      throttle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new LogGroup(this, "AccessLog", {
            // Under this prefix the group needs no entry in the account's resource policy, which has little room.
            logGroupName: `/aws/vendedlogs/apis/${Stack.of(this).stackName}`,
            encryptionKey: key,
            retention: retention.logDays,
            removalPolicy: RemovalPolicy.DESTROY,
          }),
        ),
        format: AccessLogFormat.custom(JSON.stringify(accessLog)),
      },
    });
    const stage = this.stage.node.defaultChild as CfnStage;
    stage.routeSettings = { "POST /alerts": throttleOfAlerts };
    const alerts = this.api.addRoutes({
      path: "/alerts",
      methods: [HttpMethod.POST],
      integration: new HttpLambdaIntegration("Ingest", Ingest.lambda),
      authorizer: new HttpLambdaAuthorizer("Bearer", Authorize.lambda, {
        responseTypes: [HttpLambdaResponseType.SIMPLE],
        identitySource: ["$request.header.Authorization"],
        // The function keeps the tokens for as long again: a revoked one lives for a minute at most.
        resultsCacheTtl: Duration.seconds(30),
      }),
    });
    // A stage may speak only of routes that are there.
    for (const route of alerts) stage.node.addDependency(route);
    this.api.addRoutes({
      path: "/approvals/{id}",
      methods: [HttpMethod.POST],
      integration: new HttpLambdaIntegration("Answer", Answer.lambda),
      authorizer: new HttpIamAuthorizer(),
    });
  }
}
