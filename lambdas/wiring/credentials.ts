import { asItself } from "./itself.ts";

/**
 * In a bundle this stands in for the SDK's own way to credentials, which looks in files, runs commands and asks other services before it gives up:
 * a function has them in its environment, or has none.
 */
export const defaultProvider = () => async () => asItself().credentials;
