// Before anything is measured: whether the files that a drive names can be read, and where somebody
// must listen. What is found out later, in each pass, would be a report of nothing.

import { existsSync } from "node:fs";
import { bytesOpener } from "../load/drivers/bytes-driver.ts";
import { readTemplate } from "../load/drivers/order-template.ts";
import type { Drive, SocketAddress } from "../load/load-options.ts";
import { TargetFailure } from "./target-failure.ts";
import { bareHost } from "./target-spec.ts";

const DEFAULT_PORT = 80;

/** Where somebody must listen; undefined: only the driver can find out. Throws LAB_TARGET. */
export function placeOf(drive: Drive): SocketAddress | undefined {
  switch (drive.kind) {
    case "record":
    case "ouch":
    case "fix":
      return drive.address;
    case "bytes": {
      const { address, recording } = drive;
      read(`a recording and the bytes of an answer in ${recording}`, () =>
        bytesOpener(address, recording),
      );
      return address;
    }
    case "http":
    case "websocket":
      return placeIn(drive.url);
    case "grpc":
      return placeIn(`grpc://${drive.address}`);
    case "template": {
      const { url } = read(`a template in ${drive.path}`, () => readTemplate(drive.path));
      return placeIn(url);
    }
    case "module":
      if (!existsSync(drive.path)) {
        throw new TargetFailure(`expected a driver in ${drive.path}, found no file`);
      }
      return undefined;
    default:
      return undefined;
  }
}

function placeIn(text: string): SocketAddress {
  const { hostname, port } = read(`a URL with a host, not ${text}`, () => new URL(text));
  return { host: bareHost(hostname), port: port === "" ? DEFAULT_PORT : Number(port) };
}

function read<T>(what: string, look: () => T): T {
  try {
    return look();
  } catch (cause) {
    throw new TargetFailure(`expected ${what}`, { cause });
  }
}
