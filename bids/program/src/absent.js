// Stands in the place of typage's post-quantum recipients: `sobre/1` has X25519 alone (docs/sobre-1.md §2), and
// they would be a third of the program.
export const MLKEM768P256 = null;
export const MLKEM768X25519 = null;
