import type { Kind, Labels, Objects, OwnerReference } from "./objects.ts";

export interface NewMeta {
  name?: string;
  generateName?: string;
  namespace?: string;
  labels?: Labels;
  annotations?: Labels;
  ownerReferences?: OwnerReference[];
}
type Loose<T> = T extends readonly (infer E)[] ? Loose<E>[] : T extends object ? { [P in keyof T]?: Loose<T[P]> } : T;

/** An object as one would write it into a file: what is left out gets the API server's default. */
export type Manifest<K extends Kind = Kind> = {
  [P in K]: { kind: P; metadata: NewMeta } & Loose<Omit<Objects[P], "apiVersion" | "kind" | "metadata">>;
}[K];
