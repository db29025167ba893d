/** The answer cannot be relied upon; the message is for people, and holds nothing of what we sent. */
export class Inconclusive extends Error {
  override readonly name = "Inconclusive";
}
