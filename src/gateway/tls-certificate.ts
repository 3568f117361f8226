/** Certificate and key in PEM: a port that has them speaks TLS alone. */
export type TlsCertificate = { readonly cert: string; readonly key: string };
