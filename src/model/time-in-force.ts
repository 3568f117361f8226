/** FIX 59=TimeInForce, FIX's own digits. */
export const TIF_GTC = 1;
export const TIF_IOC = 3;
export const TIF_FOK = 4;
export type TimeInForce = typeof TIF_GTC | typeof TIF_IOC | typeof TIF_FOK;
