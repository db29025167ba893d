import { plainText } from "../../adapters/redact/plain.ts";
import { brokenBy, codeOf } from "../../adapters/world/status.ts";
import { CannotTell, UsageError } from "../commands/mistakes.ts";
import { policyWith } from "./policies.ts";

/** Names of what AWS says, by what it means for whoever typed the command. */
const denied = /^(?:AccessDenied|AccessDeniedException|AuthorizationError|AuthorizationErrorException|UnauthorizedOperation|Http403|403)$/;
const expired = /^(?:ExpiredToken|ExpiredTokenException|RequestExpired)$/;
const unknownKey =
  /^(?:UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException|SignatureDoesNotMatch|IncompleteSignature|InvalidAccessKeyId)$/;
const noCredentials = /^(?:CredentialsProviderError|TokenProviderError)$/;
const tooMuch = /^(?:Throttling|ThrottlingException|TooManyRequestsException|RequestLimitExceeded|LimitExceededException)$/;

const timeoutSeconds = 10;

/**
 * What went wrong between this machine and AWS, in a line: `UsageError` for what whoever typed the command can mend, `CannotTell` where no answer
 * came. Everything else stays what it is.
 */
export function faultOf(error: unknown, region: string): unknown {
  if (error instanceof UsageError || error instanceof CannotTell) return error;
  const said = chain(error).find(({ name }) => [denied, expired, unknownKey, noCredentials].some((names) => names.test(name)));
  if (said && denied.test(said.name)) return new UsageError(missing(said));
  if (said && expired.test(said.name)) return new UsageError("the AWS credentials have expired: sign in anew (such as `aws sso login`)");
  if (said && unknownKey.test(said.name))
    return new UsageError(
      `AWS does not take these credentials (${said.name}): is it the right profile (AWS_PROFILE), and this machine's clock right?`,
    );
  if (said) return new UsageError(`there are no AWS credentials to use: ${said.message.replaceAll(/\s+/g, " ")}`);
  const last = chain(error).at(-1);
  if (last && tooMuch.test(last.name)) return new CannotTell(`AWS takes no more requests at this moment (${last.name}): try again`);
  if (isNetwork(error)) return new CannotTell(brokenBy(`AWS in ${region}`, codeOf(error), timeoutSeconds));
  const unreachable = chain(error).find(({ name }) => name === "Unreachable");
  return unreachable ? new CannotTell(`${unreachable.message} (${region})`) : error;
}

/** The same as text for a terminal. */
export function reasonOf(error: unknown, region: string): string {
  const fault = faultOf(error, region);
  return plainText(fault instanceof Error ? fault.message : String(fault));
}

/** What AWS also says of what is not there: a missing right stands for any name that the rights do not have. */
export const isDeniedOrMissing = (error: unknown): boolean =>
  chain(error).some(({ name }) => denied.test(name) || name === "ResourceNotFoundException");

/** Which right is missing, and whose: in AWS's own words where it says so. */
function missing({ message }: Error): string {
  const [, who, action = "", on] =
    /(?:User: (\S+) )?is not authorized to perform: (\S+?)(?: on resource: (\S+?))?[,.]?(?:\s|$)/.exec(message) ?? [];
  if (!action) return "AWS denies it, without saying which right is missing: the stack's outputs name the policies for people";
  return `${who ?? "this identity"} lacks the right ${action}${on ? ` on ${on}` : ""}: ${policyWith(action)}`;
}

/** The error and what caused it, outermost first. */
function chain(error: unknown): readonly Error[] {
  return error instanceof Error ? [error, ...chain(error.cause)] : [];
}

const isNetwork = (error: unknown): boolean =>
  chain(error).some(({ name }) => name === "TimeoutError" || name === "AbortError") ||
  /^(?:E[A-Z]{3,}|UND_ERR_\w+|ERR_TLS\w*|ERR_SSL\w*|\w*CERT\w*)$/.test(codeOf(error));
