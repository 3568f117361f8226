// HTTP/1.1 for a user's template: any server's answers, over one connection that is kept.

import { Agent, request as httpRequest } from "node:http";
import type { FilledRequest, OrderTemplate } from "./order-template.ts";
import type { TemplateAnswer, TemplateConnection } from "./template-driver.ts";

const STATUS_REFUSED_MIN = 400;
const STATUS_FAILED_MIN = 500;

export function openHttp({ url, headers = {} }: OrderTemplate): TemplateConnection {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });

  function ask({ method, path, body }: FilledRequest): Promise<TemplateAnswer> {
    const length = Buffer.byteLength(body);
    const sent = { "content-type": "application/json", "content-length": length, ...headers };
    return new Promise((resolve, reject) => {
      const request = httpRequest(new URL(path, url), { agent, method, headers: sent });
      request.on("error", reject);
      request.on("response", (response) => {
        const status = response.statusCode ?? 0;
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("error", reject);
        response.on("end", () => {
          const isFailed = status >= STATUS_FAILED_MIN;
          if (isFailed) reject(new Error(`the target answered ${status}: ${text}`));
          else resolve({ isRefused: status >= STATUS_REFUSED_MIN, body: text });
        });
      });
      request.end(body);
    });
  }

  return { ask, close: () => agent.destroy() };
}
