// gRPC for a user's template: their own proto file, one unary call an order, over one connection.
// A status that speaks of the order (no such order, a bad price) is a refusal; one that speaks of
// the server or of the call is a failure.

import { dirname, resolve } from "node:path";
import {
  Client,
  credentials,
  Metadata,
  type MethodDefinition,
  type ServiceDefinition,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import type { FilledRequest, OrderTemplate } from "./order-template.ts";
import type { TemplateAnswer, TemplateConnection } from "./template-driver.ts";

const LOAD_OPTIONS = { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true };
const OWN_CONNECTION = { "grpc.use_local_subchannel_pool": 1 };

const REFUSALS: ReadonlySet<number> = new Set([
  status.INVALID_ARGUMENT,
  status.NOT_FOUND,
  status.ALREADY_EXISTS,
  status.FAILED_PRECONDITION,
  status.ABORTED,
  status.OUT_OF_RANGE,
]);

/** `folder`: of the template, from which the path of the proto file begins. */
export function openGrpc(template: OrderTemplate, folder: string): TemplateConnection {
  const { url, headers = {} } = template;
  const service = serviceOf(template, folder);
  const client = new Client(new URL(url).host, credentials.createInsecure(), OWN_CONNECTION);
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);

  function ask({ call, body }: FilledRequest): Promise<TemplateAnswer> {
    const method = methodOf(service, call);
    const { path, requestSerialize, responseDeserialize } = method;
    const message = JSON.parse(body || "{}") as object;
    return new Promise((resolve, reject) => {
      const onAnswer = (error: ServiceError | null, answer?: object): void => {
        if (error === null) resolve({ isRefused: false, body: JSON.stringify(answer) });
        else if (REFUSALS.has(error.code)) resolve({ isRefused: true, body: error.details });
        else reject(error);
      };
      client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        message,
        metadata,
        onAnswer,
      );
    });
  }

  return { ask, close: () => client.close() };
}

type Service = Record<string, MethodDefinition<object, object>>;

function serviceOf(template: OrderTemplate, folder: string): Service {
  const { proto, include = ".", service } = template;
  if (proto === undefined || service === undefined) {
    throw new Error('a template with grpc:// names its "proto" file and its "service"');
  }
  const path = resolve(folder, proto);
  const includeDirs = [dirname(path), resolve(folder, include)];
  const found = loadSync(path, { ...LOAD_OPTIONS, includeDirs })[service];
  if (found === undefined || "format" in found)
    throw new Error(`${path} has no service ${service}`);
  return found as unknown as ServiceDefinition as Service;
}

function methodOf(service: Service, call: string): MethodDefinition<object, object> {
  const method = service[call];
  if (method === undefined) {
    throw new Error(`expected a call of ${Object.keys(service).join(", ")}, found "${call}"`);
  }
  return method;
}
