import { type KindInfo, qualified } from "./kinds.ts";

/** metav1.Status of a failure, without what is the same in all of them. */
export interface Failure {
  readonly code: number;
  readonly message: string;
  readonly reason?: string;
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly causes?: readonly { readonly reason?: string; readonly message: string; readonly field?: string }[];
    readonly retryAfterSeconds?: number;
  };
}

/** What the API server refuses, in its own words (apimachinery `pkg/api/errors/errors.go`). */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

export const statusBody = ({ code, message, reason, details }: Failure) => ({
  kind: "Status",
  apiVersion: "v1",
  metadata: {},
  status: "Failure",
  message,
  ...(reason ? { reason } : {}),
  ...(details ? { details } : {}),
  code,
});
export const created = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 };

export const of = ({ plural, group }: Pick<KindInfo, "plural" | "group">, name?: string) => ({
  ...(name ? { name } : {}),
  ...(group ? { group } : {}),
  kind: plural,
});

export const unauthorized = () => new ApiError({ code: 401, reason: "Unauthorized", message: "Unauthorized" });

export const badRequest = (message: string) => new ApiError({ code: 400, reason: "BadRequest", message });

export const notFound = (kind: Pick<KindInfo, "plural" | "group">, name: string) =>
  new ApiError({
    code: 404,
    reason: "NotFound",
    message: `${qualified(kind.plural, kind.group)} "${name}" not found`,
    details: of(kind, name),
  });

export const noSuchResource = () =>
  new ApiError({ code: 404, reason: "NotFound", message: "the server could not find the requested resource", details: {} });

export const methodNotAllowed = () =>
  new ApiError({
    code: 405,
    reason: "MethodNotAllowed",
    message: "the server does not allow this method on the requested resource",
    details: {},
  });

export const alreadyExists = (kind: KindInfo, name: string) =>
  new ApiError({
    code: 409,
    reason: "AlreadyExists",
    message: `${qualified(kind.plural, kind.group)} "${name}" already exists`,
    details: of(kind, name),
  });

export const conflict = (kind: Pick<KindInfo, "plural" | "group">, name: string, says: string) =>
  new ApiError({
    code: 409,
    reason: "Conflict",
    message: `Operation cannot be fulfilled on ${qualified(kind.plural, kind.group)} "${name}": ${says}`,
    details: of(kind, name),
  });

/** The patch could be read and cannot be applied: a `test` that failed, a path that is not there. */
export const unprocessable = () =>
  new ApiError({ code: 422, reason: "Invalid", message: "the server rejected our request due to an error in our request", details: {} });

export const expired = (message: string) => new ApiError({ code: 410, reason: "Expired", message });

export const internal = (message: string) =>
  new ApiError({ code: 500, reason: "InternalError", message: `Internal error occurred: ${message}`, details: { causes: [{ message }] } });

/** One field that is not valid. `kind` is the kind itself, not the resource. */
export function invalid(kind: string, group: string, name: string, field: string, message: string, reason = "FieldValueInvalid") {
  return new ApiError({
    code: 422,
    reason: "Invalid",
    message: `${qualified(kind, group)} "${name}" is invalid: ${field}: ${message}`,
    details: { ...(name ? { name } : {}), ...(group ? { group } : {}), kind, causes: [{ reason, message, field }] },
  });
}
