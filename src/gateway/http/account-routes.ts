// What an account has: balances and positions as they are now, for those of whom any are kept.

import { EVENT_COMMAND_REJECTED, EVENT_WORDS, eventKindOf, reasonOf } from "../../codec/event.ts";
import { REASON_NONE, REASON_NOT_PERMITTED } from "../../model/reasons.ts";
import type { BatchListener, Venue } from "../../model/venue.ts";
import { refuseForReason } from "../error-codes.ts";
import { balanceJson, positionJson } from "../json/account-writer.ts";
import { OPERATOR_ACCOUNT_ID } from "../keys.ts";
import { ACCOUNT_ID } from "./query-parameters.ts";
import { readInteger } from "./query-reader.ts";
import { replyJson, replyRefusal } from "./reply.ts";
import type { Call, Route, RouteAnswer } from "./route.ts";

type Ask = (accountId: number, onAnswer: BatchListener) => number;
type WriteOne = (words: Int32Array, at: number) => string;

const NOT_OWN: RouteAnswer = { description: "another account's", schema: "Error" };
const ID_RANGE = { min: 1, max: 2 ** 32 - 1 };

export function accountRoutes(venue: Venue): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/balances",
      tag: "Account",
      operationId: "balances",
      summary: "What the account has of each asset, and what of it working orders hold",
      needsKey: true,
      query: [ACCOUNT_ID],
      answers: { 200: { description: "in smallest units", schema: "Balances" }, 422: NOT_OWN },
      handle: (call) =>
        answer(
          call,
          "balances",
          (accountId, onAnswer) => venue.queryBalances(accountId, onAnswer),
          balanceJson,
        ),
    },
    {
      method: "GET",
      path: "/positions",
      tag: "Account",
      operationId: "positions",
      summary: "What the account bought less what it sold of each instrument",
      needsKey: true,
      query: [ACCOUNT_ID],
      answers: {
        200: { description: "in lots and smallest units", schema: "Positions" },
        422: NOT_OWN,
      },
      handle: (call) =>
        answer(
          call,
          "positions",
          (accountId, onAnswer) => venue.queryPositions(accountId, onAnswer),
          (words, at) => positionJson(words, at, venue),
        ),
    },
  ];
}

/** An account asks for itself, the operator for any; nobody is told of another than he asked. */
function answer(call: Call, name: string, ask: Ask, write: WriteOne): void {
  const { response, query } = call;
  const own = { ...ID_RANGE, otherwise: call.accountId };
  const accountId = readInteger(query, ACCOUNT_ID.name, own);
  if (typeof accountId !== "number") {
    replyRefusal(response, accountId);
    return;
  }
  if (accountId !== call.accountId && call.accountId !== OPERATOR_ACCOUNT_ID) {
    replyRefusal(response, refuseForReason(REASON_NOT_PERMITTED));
    return;
  }
  const reason = ask(accountId, (words, start, end) => {
    if (eventKindOf(words, start) === EVENT_COMMAND_REJECTED) {
      replyRefusal(response, refuseForReason(reasonOf(words, start)));
      return;
    }
    const rows: string[] = [];
    for (let at = start; at < end - EVENT_WORDS; at += EVENT_WORDS) rows.push(write(words, at));
    replyJson(response, 200, `{"${name}":[${rows.join(",")}]}`);
  });
  if (reason !== REASON_NONE) replyRefusal(response, refuseForReason(reason));
}
