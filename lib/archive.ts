import { Duration, RemovalPolicy } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectLockRetention,
  ObjectOwnership,
  StorageClass,
} from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import type { Retention } from "../kernel/types/index.ts";

/** Evidence, bodies, reports and sealed stories: written once, locked for `lockDays`, and kept when the stack goes. Nothing is ever deleted by itself. */
export function archiveBucket(scope: Construct, key: IKey, { lockDays, coldAfterDays, auditLogDays }: Retention): Bucket {
  return new Bucket(scope, "Archive", {
    serverAccessLogsBucket: accessLog(scope, auditLogDays) as IBucket,
    encryption: BucketEncryption.KMS,
    encryptionKey: key,
    bucketKeyEnabled: true,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    versioned: true,
    objectLockEnabled: true,
    objectLockDefaultRetention: ObjectLockRetention.governance(Duration.days(lockDays)),
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    lifecycleRules: [
      {
        id: "rarely-read",
        transitions: [{ storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(coldAfterDays) }],
        abortIncompleteMultipartUploadAfter: Duration.days(7),
      },
    ],
    removalPolicy: RemovalPolicy.RETAIN,
  });
}

/** Who has read or put what, for as long as the audit log is kept. Logs are delivered late and not all: for people who ask, and no proof. */
const accessLog = (scope: Construct, days: number): Bucket =>
  new Bucket(scope, "ArchiveAccess", {
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    lifecycleRules: [{ id: "kept-as-long-as-the-audit-log", expiration: Duration.days(days) }],
    removalPolicy: RemovalPolicy.RETAIN,
  });
