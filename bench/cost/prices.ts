/** A list price in dollars for so many of something. */
export interface Price {
  readonly of: string;
  readonly dollars: number;
  readonly per: number;
  readonly unit: string;
}

export const region = "us-east-1 (N. Virginia)";
export const asOf = "November 2026";

const GB = 1e9;

/** Without free tiers, discounts and taxes. */
export const prices = {
  transitions: { of: "Step Functions, Standard", dollars: 0.025, per: 1_000, unit: "state transitions" },
  gbSeconds: { of: "Lambda, arm64", dollars: 0.0000133334, per: 1, unit: "GB-second" },
  calls: { of: "Lambda", dollars: 0.2, per: 1_000_000, unit: "calls" },
  writeUnits: { of: "DynamoDB on demand", dollars: 0.625, per: 1_000_000, unit: "write units" },
  readUnits: { of: "DynamoDB on demand", dollars: 0.125, per: 1_000_000, unit: "read units" },
  puts: { of: "S3 Standard", dollars: 0.005, per: 1_000, unit: "PUT" },
  gets: { of: "S3 Standard", dollars: 0.0004, per: 1_000, unit: "GET" },
  requests: { of: "API Gateway, HTTP API", dollars: 1, per: 1_000_000, unit: "requests" },
  messages: { of: "SNS", dollars: 0.5, per: 1_000_000, unit: "messages" },
  keyRequests: { of: "KMS", dollars: 0.03, per: 10_000, unit: "requests" },
  secretRequests: { of: "Secrets Manager", dollars: 0.05, per: 10_000, unit: "requests" },
  logBytes: { of: "CloudWatch Logs, ingested", dollars: 0.5, per: GB, unit: "bytes" },
  traces: { of: "X-Ray", dollars: 5, per: 1_000_000, unit: "traces" },
  schedules: { of: "EventBridge Scheduler", dollars: 1, per: 1_000_000, unit: "calls" },
  keys: { of: "KMS", dollars: 1, per: 1, unit: "key and month" },
  secrets: { of: "Secrets Manager", dollars: 0.4, per: 1, unit: "secret and month" },
  metricHours: { of: "CloudWatch, metrics of our own", dollars: 0.3, per: 30 * 24, unit: "series and hours" },
  alarms: { of: "CloudWatch", dollars: 0.1, per: 1, unit: "alarm and month" },
  dashboards: { of: "CloudWatch", dollars: 3, per: 1, unit: "dashboard and month" },
  tableBytes: { of: "DynamoDB storage (0.25), with recovery to a point in time (0.20)", dollars: 0.45, per: GB, unit: "bytes and month" },
  archiveBytes: { of: "S3 Standard storage", dollars: 0.023, per: GB, unit: "bytes and month" },
} as const satisfies Readonly<Record<string, Price>>;
export type Priced = keyof typeof prices;

export const costOf = (what: Priced, amount: number): number => (amount * prices[what].dollars) / prices[what].per;
