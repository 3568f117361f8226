// Every bound of the JSON gateways. Full is an answer: each says which one the client gets.

/** A request body or one WebSocket message; beyond: 413, or close code 1009. */
export const MESSAGE_BYTES_MAX = 1024 * 1024;
/** Entries of one batch; beyond: INVALID_FIELD. */
export const BATCH_ORDERS_MAX = 1000;
/** Commands of one session that wait for the disk: 64 full batches; beyond: BUSY. */
export const COMMANDS_PENDING_MAX = 64_000;
/** Working orders in one answer, newest first; about 2 MB of JSON. */
export const OPEN_ORDERS_MAX = 5000;
/** Rows of one page of history, levels of a depth, trades, candles; beyond: INVALID_FIELD. */
export const ROWS_MAX = 1000;

/** Open files that connections leave to the log, the history and everything else. */
export const OPEN_FILES_KEPT = 1024;
/**
 * Sockets of the port, idle ones too, with room for REST beside WebSockets; beyond: one that nobody
 * has logged in on makes way, where there is none: 503.
 */
export const CONNECTIONS_MAX = 12_000;
/** Of one account; beyond: others may take their places. */
export const CONNECTIONS_OF_ACCOUNT_MAX = 2000;
/** Requests of a connection without their answers; beyond: 429 and a close, or a close alone. */
export const PIPELINED_MAX = 64;
/** Bodies of them that are handled at a time, while nothing else is asked; the rest waits. */
export const PIPELINED_BODY_BYTES_MAX = 256 * 1024;
/** Parts of a WebSocket message: of tiny ones each takes far more than its bytes; beyond: 1008. */
export const FRAGMENTS_MAX = 1024;
/** Pieces in which the network brings one of them; the same. Of the longest each has 128 bytes. */
export const CHUNKS_MAX = 8192;
/** WebSocket connections; beyond: 503 to the upgrade. */
export const WEBSOCKETS_MAX = 10_000;
/** Those that nobody has logged in on; beyond: the oldest from where most come from makes way. */
export const WEBSOCKETS_PUBLIC_MAX = 5000;
/**
 * Messages a second on all of them that come from one address; beyond: close code 1008. The same of
 * requests over HTTP without a key; beyond: 429 and a close.
 */
export const PUBLIC_REQUESTS_A_SECOND_MAX = 5000;
/** Those of one account; beyond: 503, also to a login. */
export const WEBSOCKETS_OF_ACCOUNT_MAX = 1000;
/** Streams of one connection; beyond: TOO_MANY_STREAMS. */
export const STREAMS_MAX = 64;
/** Requests of one connection that wait for an answer; beyond: BUSY. */
export const REQUESTS_PENDING_MAX = 4096;
/**
 * What a connection may leave unread for longer than UNREAD_MILLIS_MAX; beyond: close code 1008.
 */
export const UNREAD_BYTES_MAX = 4 * 1024 * 1024;
/** Long enough to read the answers to a burst, 64 batches of 1000, over a fast link. */
export const UNREAD_MILLIS_MAX = 1000;
/** What a connection may leave unread at any moment: that burst; beyond: close code 1008. */
export const UNREAD_BURST_BYTES_MAX = 32 * 1024 * 1024;
/** What all clients together may leave unread, or unsent of a request; beyond: some are cut. */
export const UNREAD_ALL_BYTES_MAX = 256 * 1024 * 1024;
/** How often that is looked at. */
export const UNREAD_LOOK_MILLIS = 250;
/** Behind this a client gets the newest top and depth instead of every change. */
export const CONFLATE_BYTES = 256 * 1024;
/** Events of orders, all accounts together, that account streams can go on from: 16 MiB. */
export const EXECUTIONS_KEPT_MAX = 131_072;
/** A number as `id` of a WebSocket request: a larger one would come back as another one. */
export const REQUEST_ID_MAX = Number.MAX_SAFE_INTEGER;
/** A string `id` of a WebSocket request: it comes back in the answer. */
export const REQUEST_ID_CHARACTERS_MAX = 64;

/** How far the time of a signed request may be from the exchange's, either way. */
export const SIGNATURE_MICROS_MAX = 5_000_000;
/** Signed requests within that time, all keys together; beyond: UNAUTHORIZED. */
export const SIGNATURES_MAX = 1_000_000;

/** Server-side waits for a client, in milliseconds. */
export const HEADERS_MILLIS_MAX = 10_000;
export const REQUEST_MILLIS_MAX = 30_000;
export const KEEP_ALIVE_MILLIS = 65_000; // Longer than the 60 s that proxies commonly keep.
export const SOCKET_IDLE_MILLIS_MAX = 90_000;
export const PING_MILLIS = 30_000;
/** From our close frame to the end of the connection, for a client that does not answer it. */
export const CLOSE_MILLIS_MAX = 5000;
/** What stop() gives to answers under way. */
export const STOP_MILLIS_MAX = 10_000;
/** How long a question waits for the history to catch up with the exchange. */
export const HISTORY_WAIT_MILLIS_MAX = 2000;

/** From a connection to the end of its TLS handshake; beyond: closed. */
export const TLS_HANDSHAKE_MILLIS_MAX = 10_000;
/** Connections of one port of a wire protocol; beyond: one without a login makes way. */
export const WIRE_CONNECTIONS_MAX = 10_000;
/** How often such a port looks after its connections. */
export const WIRE_BEAT_MILLIS = 1000;
/** A packet of a client with its header: no request is longer; beyond: the end. */
export const SOUP_PACKET_BYTES_MAX = 512;
/** MoldUDP64 says something every second in which nothing else is said. */
export const SOUP_HEARTBEAT_MILLIS = WIRE_BEAT_MILLIS;
/** SoupBinTCP: each side says something every beat, and may be taken for gone after 15. */
export const SOUP_SILENT_BEATS_MAX = 15;
/** From the connection to its login. */
export const SOUP_LOGIN_BEATS_MAX = 10;
/** From the last word to the end, for a client that does not end its side. */
export const SOUP_CLOSE_BEATS_MAX = 5;
/** Requests of a client that wait for the disk; then it is not read from for a while. */
export const SOUP_PENDING_MAX = 4096;
/** Given to a socket before it has taken what it had; the rest waits in the stream. */
export const SOUP_HANDED_BYTES_MAX = 1024 * 1024;
/** How far a client may be behind its stream; beyond: the session ends. */
export const SOUP_BEHIND_BYTES_MAX = 16 * 1024 * 1024;

/** Datagrams of MoldUDP64 that the system has not taken; beyond: the rest waits in the stream. */
export const MOLD_PACKETS_MAX = 1024;
/** How far MoldUDP64 may be behind the stream; beyond: it goes on with the newest, and a gap. */
export const MOLD_BEHIND_BYTES_MAX = 16 * 1024 * 1024;

/** Connections, each with a file of its session's numbers; the same. */
export const FIX_CONNECTIONS_MAX = 1000;
/** A message of a client: what is longer is garbled. */
export const FIX_MESSAGE_BYTES_MAX = 8192;
/** Garbled messages of one connection; beyond: the end. */
export const FIX_GARBLED_MAX = 1000;
/** From the connection to its logon, in beats of a second. */
export const FIX_LOGON_BEATS_MAX = 10;
/** From our goodbye to the end of the connection, whatever its client does meanwhile. */
export const FIX_CLOSE_BEATS_MAX = 5;
/** Longest and shortest HeartBtInt that a client may ask for. */
export const FIX_HEARTBEAT_SECONDS_MAX = 3600;
/** How far a client's SendingTime may be from ours. */
export const FIX_SENDING_TIME_MICROS_MAX = 120_000_000;
/** Given to a socket before it has taken what it had; the rest waits where it is kept. */
export const FIX_HANDED_BYTES_MAX = 1024 * 1024;
/** Answers and market data that wait for a client to read; beyond: its session ends. */
export const FIX_ANSWERS_WAITING_MAX = 10_000;
/** Levels and trades in answers that wait, some 60 MB; beyond: its session ends. */
export const FIX_ENTRIES_WAITING_MAX = 1_048_576;
/** What is said at once and not read; beyond: its session ends. */
export const FIX_UNREAD_BYTES_MAX = 16 * 1024 * 1024;
/** Commands of one session that wait for the disk; beyond: BUSY. */
export const FIX_COMMANDS_PENDING_MAX = 10_000;
/** Questions of one session that wait for the history to know how an order ended; beyond: BUSY. */
export const FIX_QUESTIONS_WAITING_MAX = 256;
/** Resend requests that wait for their turn; beyond: the session ends. */
export const FIX_RESENDS_MAX = 16;
/** Comp ids that an account may have numbers kept for; beyond: no logon under a new one. */
export const FIX_SESSIONS_OF_ACCOUNT_MAX = 64;
/** Market data that one session subscribes to: requests, and instruments a request. */
export const FIX_SUBSCRIPTIONS_MAX = 64;
export const FIX_SYMBOLS_MAX = 256;

/** Connections of the gRPC port; beyond: one that no key was heard on makes way. */
export const GRPC_CONNECTIONS_MAX = 1000;
/** Of one account; beyond: others may take their places. */
export const GRPC_CONNECTIONS_OF_ACCOUNT_MAX = 128;
/** From the connection, or from its TLS handshake, to the first words of HTTP/2; beyond: closed. */
export const GRPC_FIRST_WORDS_MILLIS_MAX = 10_000;
/** Calls of one connection at a time; HTTP/2 tells clients, who wait. */
export const GRPC_CALLS_MAX = 256;
/** Streams of all clients with a key, and of one account; beyond: RESOURCE_EXHAUSTED. */
export const GRPC_STREAMS_MAX = 1000;
export const GRPC_STREAMS_OF_ACCOUNT_MAX = 128;
/** Streams of market data, which need no key; beyond: the oldest from where most come makes way. */
export const GRPC_PUBLIC_STREAMS_MAX = 1000;
/** A message of a client: a full batch has 100 KB; beyond: RESOURCE_EXHAUSTED. */
export const GRPC_REQUEST_BYTES_MAX = 256 * 1024;
/** Commands of a stream that wait for the disk; then it is not read from for a while. */
export const GRPC_COMMANDS_PENDING_MAX = 16_000;
/** Batches of a stream without their answers; the same. */
export const GRPC_BATCHES_PENDING_MAX = 1024;
/** Answers that wait for the client; then its stream is not read from until it has read some. */
export const GRPC_ANSWERS_UNREAD_BYTES_MAX = 1024 * 1024;
/** What waits becomes messages of about this size. */
export const GRPC_MESSAGE_BYTES = 64 * 1024;
/** What a stream may leave unread; beyond: RESOURCE_EXHAUSTED. Answers to all that may wait fit. */
export const GRPC_UNREAD_BYTES_MAX = 16 * 1024 * 1024;
/** How long a client may take over one message; beyond: RESOURCE_EXHAUSTED. */
export const GRPC_STALLED_MILLIS_MAX = 10_000;
/** Executions that a stream begins with; beyond: OUT_OF_RANGE, and the history has pages. */
export const GRPC_RESUMED_EXECUTIONS_MAX = 100_000;
/** Streams of an account that begin so at a time; beyond: RESOURCE_EXHAUSTED. */
export const GRPC_RESUMES_OF_ACCOUNT_MAX = 8;
/** The server asks so often whether a client is there, and waits so long for the answer. */
export const GRPC_PING_MILLIS = 30_000;
export const GRPC_PING_ANSWER_MILLIS_MAX = 10_000;

/** Sessions of an account over TCP; beyond: their login is rejected. */
export const OUCH_SESSIONS_OF_ACCOUNT_MAX = 1000;
/** Clients of OUCH over UDP, and of one account; the same. */
export const OUCH_UDP_SESSIONS_MAX = 1000;
export const OUCH_UDP_SESSIONS_OF_ACCOUNT_MAX = 128;
/** Datagrams of a client that wait for one before them; beyond: it sends them again. */
export const OUCH_UDP_EARLY_PACKETS_MAX = 64;
/** Reports on their way to a client that has not said that it has them; then it is waited for. */
export const OUCH_UDP_REPORTS_AHEAD_MAX = 32_768;
/** Datagrams for one request for what was missed; a client asks again for the rest. */
export const OUCH_UDP_RESENT_PACKETS_MAX = 64;
/** Answers of the gateway itself without a receipt; beyond: the oldest are forgotten. */
export const OUCH_UDP_ANSWERS_KEPT = 256;
/** What the system keeps of datagrams that are not read or sent yet, as far as it allows. */
export const OUCH_UDP_BUFFER_BYTES = 4 * 1024 * 1024;
