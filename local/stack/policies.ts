/**
 * The stack's output that names the policy with a right, by how the right begins: of those that our commands ask AWS for, and are told that they lack.
 * (The archive, and the way that answers go, say it in words of their own.) What each policy has is written in `lib/people-rights.ts`.
 */
const byRight: readonly (readonly [begins: string, output: string])[] = [
  ["secretsmanager:", "Senders"],
  ["dynamodb:PutItem", "Operator"],
  ["states:", "Operator"],
  ["sns:", "Operator"],
  ["eks:", "Operator"],
  ["lambda:", "Operator"],
];
/** All who look at incidents have this one. */
const everybodys = "lambda:GetFunctionConfiguration";

/** Which policy lets people do this, in words; of a right that several have, or that says nothing by itself, where policies are found. */
export function policyWith(right: string): string {
  const output = right === everybodys ? undefined : byRight.find(([begins]) => right.startsWith(begins))?.[1];
  return output ? `the stack's output ${output} names the policy that has it` : "the stack's outputs name the policies for people";
}
