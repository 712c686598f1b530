/* What becomes of a request: the engine's answer, a word about health, or a refusal, as HTTP. */
#include "base/random.h"
#include "local/server/inside.h"
#include "value/json/crc32.h"

enum { LEAST_TO_PACK = 1024, REQUEST_ID = 52 };

int64_t dynox__server_now_us(const dynox__server *server)
{
    const dynox__server_backend *backend = &server->settings.backend;
    return backend->now_us ? backend->now_us(backend->engine) : dynox__wall_us();
}

/* ---- writing ---- */

static const char *reason_of(int status)
{
    switch (status) {
    case 200: return "OK";
    case 204: return "No Content";
    case 400: return "Bad Request";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 413: return "Request Entity Too Large";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    default: return "Unknown";
    }
}

/* Methods and paths are what they are, letter by letter. */
static bool is(dynox__span text, const char *word)
{
    return text.data && text.size == strlen(word) && memcmp(text.data, word, text.size) == 0;
}

/* "Thu, 01 Jan 2026 00:00:01 GMT", written once a second. */
static const char *date_now(dynox__server_thread *thread)
{
    static const char days[] = "ThuFriSatSunMonTueWed", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int64_t           now = dynox__server_now_us(thread->server) / 1000000;
    if (now == thread->date_s && thread->date[0]) return thread->date;
    dynox__sign_time time;
    char            *to = thread->date;
    thread->date_s      = now;
    dynox__sign_time_set(&time, now < INT64_MAX / DYNOX__SECOND ? now * DYNOX__SECOND : INT64_MAX);
    int month = (time.text[4] - '0') * 10 + time.text[5] - '0';
    memcpy(to, "Thu, 01 Jan 2026 00:00:01 GMT", 30);
    memcpy(to, days + now / 86400 % 7 * 3, 3);
    memcpy(to + 5, time.text + 6, 2);
    memcpy(to + 8, months + (month - 1) * 3, 3);
    memcpy(to + 12, time.text, 4);
    for (int i = 0; i < 3; i++)
        memcpy(to + 17 + 3 * i, time.text + 9 + 2 * i, 2);
    return to;
}

static void field(dynox__buffer *out, const char *name, const char *value)
{
    if (!value || !value[0]) return;
    dynox__buffer_text(out, name);
    DYNOX__BUFFER_LITERAL(out, ": ");
    dynox__buffer_text(out, value);
    DYNOX__BUFFER_LITERAL(out, "\r\n");
}

static void number_field(dynox__buffer *out, const char *name, uint64_t value)
{
    dynox__buffer_text(out, name);
    DYNOX__BUFFER_LITERAL(out, ": ");
    dynox__buffer_unsigned(out, value);
    DYNOX__BUFFER_LITERAL(out, "\r\n");
}

static void write_head(dynox__server_thread *thread, const dynox__reply *reply, bool last)
{
    dynox__buffer *out = &thread->out;
    dynox__buffer_reserve(out, 512 + reply->headers.size + reply->body.size);
    DYNOX__BUFFER_LITERAL(out, "HTTP/1.1 ");
    dynox__buffer_unsigned(out, (unsigned)reply->status);
    DYNOX__BUFFER_LITERAL(out, " ");
    dynox__buffer_text(out, reason_of(reply->status));
    DYNOX__BUFFER_LITERAL(out, "\r\nServer: dynox\r\n");
    field(out, "Date", date_now(thread));
    if (reply->status != 204) {
        if (reply->body.size) field(out, "Content-Type", reply->type ? reply->type : "application/x-amz-json-1.0");
        number_field(out, "Content-Length", reply->body.size);
    }
    field(out, "Connection", last ? "close" : thread->head.old ? "keep-alive" : NULL);
    field(out, "x-amzn-RequestId", reply->request_id);
    field(out, "x-amzn-errortype", reply->error_type);
    if (!reply->no_checksum) number_field(out, "x-amz-crc32", dynox__crc32(reply->body.data, reply->body.size));
    dynox__buffer_add(out, reply->headers.data, reply->headers.size);
    DYNOX__BUFFER_LITERAL(out, "\r\n");
}

void dynox__server_reply(dynox__server_thread *thread, const dynox__reply *reply, bool last)
{
    write_head(thread, reply, last);
    thread->status = reply->status;
    if (!is(thread->head.method, "HEAD")) dynox__buffer_add(&thread->out, reply->body.data, reply->body.size);
}

void dynox__server_refuse_bytes(dynox__server_thread *thread, int status, const char *why)
{
    dynox__request_head *head  = &thread->head;
    dynox__reply         reply = {.status = status, .type = "text/plain", .no_checksum = true};
    size_t               mark  = thread->out.size;
    head->method = head->path = (dynox__span){"?", 1}; /* nothing of it is known */
    head->old                 = false;
    head->body_size           = 0;
    memset(head->header, 0, sizeof head->header);
    if (status != 413) reply.body = (dynox__span){why, strlen(why)}; /* of which the service says nothing more */
    dynox__server_reply(thread, &reply, true);
    if (thread->server->settings.log) dynox__server_log(thread, thread->out.size - mark, dynox__now_ns());
}

/* ---- CORS ---- */

static bool lists_all(const dynox__server_settings *settings)
{
    for (size_t i = 0; i < settings->origin_count; i++)
        if (strcmp(settings->origins[i], "*") == 0) return true;
    return false;
}

/* What tells the browser that the page may see the answer. */
static void allow_origin(dynox__server_thread *thread, dynox__buffer *to)
{
    dynox__span origin = thread->head.header[DYNOX__HEADER_ORIGIN];
    if (!origin.data) return;
    DYNOX__BUFFER_LITERAL(to, "Access-Control-Allow-Origin: ");
    if (lists_all(&thread->server->settings))
        DYNOX__BUFFER_LITERAL(to, "*");
    else
        dynox__buffer_add(to, origin.data, origin.size);
    DYNOX__BUFFER_LITERAL(to, "\r\nAccess-Control-Expose-Headers: x-amzn-RequestId, x-amzn-errortype, x-amz-crc32, "
                              "Date\r\nVary: Origin\r\n");
}

static void asked(dynox__buffer *to, const char *name, dynox__span value)
{
    if (!value.data) return;
    dynox__buffer_text(to, name);
    dynox__buffer_add(to, value.data, value.size);
    DYNOX__BUFFER_LITERAL(to, "\r\n");
}

static void answer_preflight(dynox__server_thread *thread, const char *id, bool last)
{
    dynox__buffer headers = {0};
    allow_origin(thread, &headers);
    asked(&headers, "Access-Control-Allow-Methods: ", thread->head.header[DYNOX__HEADER_ASKED_METHOD]);
    asked(&headers, "Access-Control-Allow-Headers: ", thread->head.header[DYNOX__HEADER_ASKED_HEADERS]);
    DYNOX__BUFFER_LITERAL(&headers, "Access-Control-Max-Age: 172800\r\n");
    dynox__reply reply = {
        .status = 200, .request_id = id, .no_checksum = true, .headers = {headers.data, headers.size}};
    thread->out.failed = thread->out.failed || headers.failed;
    dynox__server_reply(thread, &reply, last);
    dynox__buffer_free(&headers);
}

/* ---- refusals ---- */

/* 52 characters, as the service's. */
static void make_id(char id[64])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    for (int i = 0; i < REQUEST_ID; i++)
        id[i] = letters[dynox__random() % 36];
    id[REQUEST_ID] = 0;
}

static void refuse(dynox__server_thread *thread, int status, const char *error, const char *message, bool last)
{
    dynox__buffer body = {0}, headers = {0};
    char          id[64];
    make_id(id);
    dynox__buffer_format(&body, "{\"__type\":\"com.amazon.coral.service#%s\"", error);
    if (message) {
        dynox__buffer_format(&body, ",\"%s\":\"", strcmp(error, "AccessDeniedException") == 0 ? "Message" : "message");
        for (const char *at = message; *at; at++) {
            if (*at == '"' || *at == '\\') dynox__buffer_byte(&body, '\\');
            if (*at == '\n')
                DYNOX__BUFFER_LITERAL(&body, "\\n");
            else
                dynox__buffer_byte(&body, (unsigned char)*at < ' ' || *at == 0x7f ? '?' : *at);
        }
        dynox__buffer_byte(&body, '"');
    }
    dynox__buffer_byte(&body, '}');
    if (status != 403) allow_origin(thread, &headers);
    thread->out.failed = thread->out.failed || body.failed || headers.failed;
    dynox__server_reply(thread,
                        &(dynox__reply){.status     = status,
                                        .request_id = id,
                                        .error_type = error,
                                        .body       = {body.data, body.size},
                                        .headers    = {headers.data, headers.size}},
                        last);
    dynox__buffer_free(&body);
    dynox__buffer_free(&headers);
}

/* As the service answers what is no request of DynamoDB's. */
static void answer_unknown(dynox__server_thread *thread, bool last)
{
    static const char body[] = "<UnknownOperationException/>\n";
    char              id[64];
    make_id(id);
    dynox__server_reply(
        thread, &(dynox__reply){.status = 404, .type = "text/xml", .request_id = id, .body = {body, sizeof body - 1}},
        last);
}

static void answer_health(dynox__server_thread *thread, bool last)
{
    static const char body[] = "healthy: dynamodb.us-east-1.amazonaws.com ";
    char              id[64];
    make_id(id);
    dynox__server_reply(
        thread, &(dynox__reply){.status = 200, .type = "text/plain", .request_id = id, .body = {body, sizeof body - 1}},
        last);
}

/* ---- the engine ---- */

/* false: it was refused. */
static bool unpack(dynox__server_thread *thread, bool last)
{
    dynox__request_head *head     = &thread->head;
    dynox__span          encoding = head->header[DYNOX__HEADER_CONTENT_ENCODING];
    if (!encoding.data || dynox__span_is(encoding, "identity")) return true;
    if (!dynox__span_is(encoding, "gzip")) {
        refuse(thread, 415, "SerializationException", "this Content-Encoding is not supported", last);
        return false;
    }
    dynox__gzip_result result =
        dynox__gzip_unpack(&thread->gzip, head->body, head->body_size, DYNOX__REQUEST_MAX_BODY, &thread->plain);
    if (result == DYNOX__GZIP_OK && dynox__buffer_reserve(&thread->plain, DYNOX__REQUEST_BODY_PADDING)) {
        head->body      = thread->plain.data;
        head->body_size = thread->plain.size;
        return true;
    }
    if (result == DYNOX__GZIP_LARGE)
        dynox__server_reply(thread, &(dynox__reply){.status = 413, .no_checksum = true}, last);
    else if (result == DYNOX__GZIP_BAD)
        refuse(thread, 400, "SerializationException", "the body is not gzip", last);
    else if (result == DYNOX__GZIP_MISSING)
        refuse(thread, 400, "SerializationException", "this server was built without zlib: send it as it is", last);
    else
        refuse(thread, 500, "InternalServerError", "out of memory", last);
    return false;
}

static void pack(dynox__server_thread *thread, dynox__reply *reply, dynox__buffer *headers)
{
    dynox__span accepted = thread->head.header[DYNOX__HEADER_ACCEPT_ENCODING];
    if (!accepted.data || reply->body.size < LEAST_TO_PACK || !dynox__request_lists(accepted, "gzip")) return;
    if (dynox__gzip_pack(&thread->gzip, reply->body.data, reply->body.size, &thread->packed) != DYNOX__GZIP_OK) return;
    reply->body = (dynox__span){thread->packed.data, thread->packed.size};
    DYNOX__BUFFER_LITERAL(headers, "Content-Encoding: gzip\r\n");
}

static bool is_json(dynox__span type)
{
    const char *end = type.data ? memchr(type.data, ';', type.size) : NULL;
    if (!type.data) return false;
    if (end) type.size = (size_t)(end - type.data);
    while (type.size && type.data[type.size - 1] == ' ')
        type.size--;
    return dynox__span_is(type, "application/x-amz-json-1.0") || dynox__span_is(type, "application/json");
}

static void write_answer(dynox__server_thread *thread, dynox__outcome *outcome)
{
    const dynox__local_answer *answer  = &thread->answer;
    dynox__buffer              headers = {0};
    dynox__span                type    = thread->head.header[DYNOX__HEADER_CONTENT_TYPE];
    dynox__reply               reply   = {.status     = answer->status,
                                          .type       = type.size == 16 ? "application/json" : NULL,
                                          .request_id = answer->request_id,
                                          .error_type = answer->error_type,
                                          .body       = {answer->body.data, answer->body.size}};
    *outcome                           = (dynox__outcome){answer->delay_ms, answer->is_lost, outcome->last};
    pack(thread, &reply, &headers);
    allow_origin(thread, &headers);
    reply.headers      = (dynox__span){headers.data, headers.size};
    thread->out.failed = thread->out.failed || headers.failed;
    dynox__server_reply(thread, &reply, outcome->last);
    if (answer->cut_after && answer->cut_after < reply.body.size) {
        if (!thread->out.failed) thread->out.size -= reply.body.size - answer->cut_after;
        outcome->last = true;
    }
    dynox__buffer_free(&headers);
}

static void ask_engine(dynox__server_thread *thread, dynox__outcome *outcome)
{
    const dynox__server_backend *backend = &thread->server->settings.backend;
    const dynox__request_head   *head    = &thread->head;
    dynox__span                  target  = head->header[DYNOX__HEADER_TARGET];
    memset(head->body + head->body_size, 0, DYNOX__REQUEST_BODY_PADDING);
    dynox__local_request request = {
        .target = target.data, .target_length = target.size, .body = head->body, .body_size = head->body_size};
    backend->answer(backend->engine, &request, &thread->answer);
    write_answer(thread, outcome);
}

/* POST / */
static void answer_call(dynox__server_thread *thread, dynox__outcome *outcome)
{
    const dynox__request_head *head = &thread->head;
    if (head->body_size && !is_json(head->header[DYNOX__HEADER_CONTENT_TYPE])) {
        answer_unknown(thread, outcome->last);
        return;
    }
    dynox__buffer message = {0};
    const char   *error   = dynox__server_authenticate(thread->server, head, &message); /* of the bytes as they came */
    dynox__buffer_byte(&message, 0);
    if (unpack(thread, outcome->last)) {
        if (!error || dynox__server_fails_before(thread->server, head))
            ask_engine(thread, outcome);
        else
            refuse(thread, strcmp(error, "InternalServerError") == 0 ? 500 : 400, error,
                   message.failed ? "out of memory" : message.data, outcome->last);
    }
    dynox__buffer_free(&message);
}

/* POST /_dynox/WHAT. The type of the content makes browsers ask before they send it for another site. */
static void answer_control(dynox__server_thread *thread, dynox__span what, bool last)
{
    const dynox__server_settings *settings = &thread->server->settings;
    const dynox__request_head    *head     = &thread->head;
    dynox__buffer                 body     = {0};
    if (!settings->has_controls || !settings->backend.control || !is_json(head->header[DYNOX__HEADER_CONTENT_TYPE])) {
        answer_unknown(thread, last);
        return;
    }
    bool done =
        settings->backend.control(settings->backend.engine, what.data, what.size, head->body, head->body_size, &body);
    thread->out.failed = thread->out.failed || body.failed;
    dynox__server_reply(thread,
                        &(dynox__reply){.status      = done ? 200 : 400,
                                        .type        = "application/json",
                                        .body        = {body.data, body.size},
                                        .no_checksum = true},
                        last);
    dynox__buffer_free(&body);
}

static void answer_head(dynox__server_thread *thread, dynox__outcome *outcome)
{
    static const char          controls[] = "/_dynox/";
    const dynox__request_head *head       = &thread->head;
    dynox__span                path = head->path, host = head->header[DYNOX__HEADER_HOST];
    dynox__span                origin = head->header[DYNOX__HEADER_ORIGIN];
    bool                       gets   = is(head->method, "GET") || is(head->method, "HEAD");
    if (!dynox__server_host_is_local(thread->server, host)) {
        refuse(thread, 403, "AccessDeniedException",
               "The Host of the request is no local one; the server can be told to take it (--allow-host).",
               outcome->last);
    } else if (origin.data && !dynox__server_origin_may(thread->server, origin)) {
        refuse(thread, 403, "AccessDeniedException",
               "Pages of this origin may not ask; the server can be told that they may (--cors).", outcome->last);
    } else if (is(head->method, "OPTIONS") && origin.data) {
        char id[64];
        make_id(id);
        answer_preflight(thread, id, outcome->last);
    } else if (gets && (is(path, "/") || is(path, "/health"))) {
        answer_health(thread, outcome->last);
    } else if (!is(head->method, "POST")) {
        answer_unknown(thread, outcome->last);
    } else if (is(path, "/")) {
        answer_call(thread, outcome);
    } else if (path.size >= sizeof controls && memcmp(path.data, controls, sizeof controls - 1) == 0) {
        answer_control(thread, (dynox__span){path.data + sizeof controls - 1, path.size - (sizeof controls - 1)},
                       outcome->last);
    } else {
        answer_unknown(thread, outcome->last);
    }
}

dynox__outcome dynox__server_answer(dynox__server_thread *thread)
{
    const dynox__request_head *head    = &thread->head;
    dynox__outcome             outcome = {0};
    int64_t                    begun   = thread->server->settings.log ? dynox__now_ns() : 0;
    size_t                     mark    = thread->out.size;
    outcome.last = head->close || (head->old && !head->keep) || atomic_load(&thread->server->stops);
    answer_head(thread, &outcome);
    if (thread->server->settings.log) dynox__server_log(thread, thread->out.size - mark, begun);
    return outcome;
}
