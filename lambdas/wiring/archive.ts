import { bucketAt } from "../../adapters/archive/bucket.ts";
import { s3Archive } from "../../adapters/archive/s3.ts";
import type { Archive } from "../../kernel/ports.ts";
import { environment } from "../contract.ts";
import { env, once } from "./env.ts";
import { asItself } from "./itself.ts";

export const archive = once((): Archive => s3Archive(bucketAt(env(environment.archive), () => asItself())));
