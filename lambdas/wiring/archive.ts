import { bucketAt } from "../../adapters/archive/bucket.ts";
import { s3Archive } from "../../adapters/archive/s3.ts";
import { hereFrom } from "../../adapters/sigv4/here.ts";
import type { Archive } from "../../kernel/ports.ts";
import { environment } from "../contract.ts";
import { env, once } from "./env.ts";

export const archive = once((): Archive => s3Archive(bucketAt(env(environment.archive), hereFrom(process.env))));
