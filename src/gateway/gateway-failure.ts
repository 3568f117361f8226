// Why a gateway cannot start: outside failures, for the operator.

export const PORT_IN_USE = "PORT_IN_USE";
export const LISTEN_FAILED = "LISTEN_FAILED";
export const KEYS_DAMAGED = "KEYS_DAMAGED";

export class GatewayFailure extends Error {
  readonly code: string;

  constructor(message: string, options: ErrorOptions & { readonly code: string }) {
    super(message, options);
    this.name = "GatewayFailure";
    this.code = options.code;
  }
}
