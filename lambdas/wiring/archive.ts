import { S3Client } from "@aws-sdk/client-s3";
import { s3Archive } from "../../adapters/archive/s3.ts";
import { patience } from "../../adapters/ledger/dynamodb/open.ts";
import type { Archive } from "../../kernel/ports.ts";
import { environment } from "../contract.ts";
import { env, once } from "./env.ts";

export const archive = once((): Archive => s3Archive(new S3Client(patience), env(environment.archive)));
