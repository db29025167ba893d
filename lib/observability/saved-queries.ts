import { Stack } from "aws-cdk-lib";
import { CfnQueryDefinition, type ILogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { type SavedQuery, savedQueries, textOf } from "./queries.ts";

/** The saved queries, in a folder of the stack's name. */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, logs: Readonly<Record<SavedQuery["of"], readonly ILogGroup[]>>) {
    super(scope, id);
    for (const saved of savedQueries) {
      new CfnQueryDefinition(this, saved.name, {
        name: `${Stack.of(this).stackName}/${saved.name}`,
        queryString: textOf(saved),
        logGroupNames: logs[saved.of].map(({ logGroupName }) => logGroupName),
      });
    }
  }
}
