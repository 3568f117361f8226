/** No slot, no row, no node: the handle that names nothing. */
export const NONE = -1;
