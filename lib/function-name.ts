/** What a function is called on AWS: its stack's name, then its own. Known by name, so that an emergency stop need ask nobody which it is. */
export const functionName = (stack: string, id: string): string => `${stack}-${id}`;
