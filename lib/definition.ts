/** As much of the Amazon States Language as our workflow uses. */
export interface Definition {
  readonly Comment?: string;
  readonly StartAt: string;
  readonly TimeoutSeconds?: number;
  readonly States: Readonly<Record<string, State>>;
}
export interface State {
  readonly Type: "Task" | "Choice" | "Wait" | "Succeed" | "Fail";
  readonly Comment?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly TimestampPath?: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Choices?: readonly { readonly Variable: string; readonly StringEquals: string; readonly Next: string }[];
  readonly Default?: string;
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly ResultPath?: string | null; readonly Next: string }[];
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[]; readonly MaxAttempts?: number }[];
  readonly ResultPath?: string | null;
}

/** A way out of a state: its usual one, a choice of where `to`, or an error's. */
export interface Way {
  readonly from: string;
  readonly to: string;
  readonly by: "next" | "choice" | "default" | "catch";
}

/** All ways of the workflow, in the order of its states. */
export function ways({ States }: Definition): readonly Way[] {
  return Object.entries(States).flatMap(([from, state]): readonly Way[] => [
    ...(state.Next ? [{ from, to: state.Next, by: "next" as const }] : []),
    ...(state.Choices ?? []).map(({ Next: to }) => ({ from, to, by: "choice" as const })),
    ...(state.Default ? [{ from, to: state.Default, by: "default" as const }] : []),
    ...(state.Catch ?? []).map(({ Next: to }) => ({ from, to, by: "catch" as const })),
  ]);
}
