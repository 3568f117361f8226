/** FIX 59=TimeInForce, FIX's own digits. */
export const TIF_DAY = 0;
export const TIF_GTC = 1;
/** At the opening: takes part in the opening call, expires with it. */
export const TIF_OPG = 2;
export const TIF_IOC = 3;
export const TIF_FOK = 4;
/** Good till date: until the time of its terms. */
export const TIF_GTD = 6;
/** At the close: takes part in the closing call, expires with it. */
export const TIF_ATC = 7;
export type TimeInForce =
  | typeof TIF_DAY
  | typeof TIF_GTC
  | typeof TIF_OPG
  | typeof TIF_IOC
  | typeof TIF_FOK
  | typeof TIF_GTD
  | typeof TIF_ATC;
