/** Where the commands work and where they write; the project's root and standard output unless told. */
export interface PolicyCommandPlace {
  readonly root: string;
  readonly write: (text: string) => void;
}
