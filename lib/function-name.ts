import { fitting } from "./names.ts";

/**
 * What a function is called on AWS: its stack's name, then its own (`inNetwork`, where it is in one). Known by name, so that an emergency stop need ask
 * nobody which it is. Throws `NameTooLong`.
 */
export const functionName = (stack: string, id: string): string => fitting("function", `${stack}-${id}`, 64);
