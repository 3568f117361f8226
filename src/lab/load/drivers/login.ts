// Username and password of protocols that log on with them.

import { shortLoginOf } from "../../../gateway/keys.ts";

export type Login = { readonly username: string; readonly password: string };

/** `key`: a key of the exchange, or USERNAME:PASSWORD. */
export function loginOf(key: string): Login {
  const [username = "", password] = key.split(":");
  if (password !== undefined) return { username, password };
  const login = shortLoginOf(key);
  if (login === undefined) {
    throw new Error("--key: expected a key of the exchange or USERNAME:PASSWORD, found neither");
  }
  return login;
}
