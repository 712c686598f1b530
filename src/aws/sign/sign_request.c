/* The public signer: takes URLs and headers as programs have them, and refuses what cannot be signed. */
#include "aws/config/region.h"
#include "aws/credentials/credentials.h"
#include "aws/endpoint/endpoint.h"
#include "aws/sign/sign.h"
#include "base/args.h"
#include "base/ascii.h"
#include "base/clock.h"
#include <dynox/sign.h>

enum { MOST_HEADERS = 256, LONGEST_URL = 1 << 16, MOST_ADDED = 4, LONGEST_EXPIRY_S = 604800 };

static const int64_t last_second = INT64_C(9000000000); /* in nanoseconds it still fits */

/* ---- the target ---- */

typedef struct target {
    dynox__endpoint origin;
    dynox__span     path, query;
    dynox__buffer   decoded; /* path without percent-encoding, where that is what is signed */
} target;

static void target_free(target *to)
{
    dynox__endpoint_free(&to->origin);
    dynox__buffer_free(&to->decoded);
}

/* What follows returns false with the error. */
static bool bad(dynox_error *error, const char *why)
{
    dynox_error_set(error, DYNOX_E_ARGUMENT, "not signed: %s", why);
    return false;
}

static bool no_memory(dynox_error *error)
{
    dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    return false;
}

static bool is_url_text(const char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] <= ' ' || (unsigned char)text[i] >= 0x7f || text[i] == '#') return false;
    return length <= LONGEST_URL;
}

/* "https://example.org:8443"; its text may be in a message, so it has neither path nor query. */
static bool read_origin(target *to, const char *scheme, size_t scheme_size, const char *host, size_t host_size,
                        dynox_error *error)
{
    dynox__buffer origin = {0};
    dynox__buffer_format(&origin, "%.*s%.*s", (int)scheme_size, scheme, (int)host_size, host);
    if (origin.failed) return no_memory(error);
    dynox_status status = dynox__endpoint_parse(&to->origin, origin.data, "the URL to sign", error);
    dynox__buffer_free(&origin);
    if (status == DYNOX_E_CONFIGURATION) error->status = DYNOX_E_ARGUMENT;
    return status == DYNOX_OK && to->origin.authority;
}

static bool read_url(target *to, const char *url, dynox_error *error)
{
    const char *host = strstr(url, "://");
    if (!host) return bad(error, "the URL does not start with https:// or http://");
    host += 3;
    const char *path  = host + strcspn(host, "/?");
    const char *query = path + strcspn(path, "?");
    to->path          = (dynox__span){path, (size_t)(query - path)};
    if (*query) to->query = (dynox__span){query + 1, strlen(query + 1)};
    return read_origin(to, url, (size_t)(host - url), host, (size_t)(path - host), error);
}

static bool read_pieces(target *to, const dynox_sign_args *args, dynox_error *error)
{
    static const char scheme[] = "https://";
    if (args->path) to->path = (dynox__span){args->path, strlen(args->path)};
    if (args->query) to->query = (dynox__span){args->query, strlen(args->query)};
    if (strpbrk(args->host, "/?")) return bad(error, "the host has more in it than a host");
    if (to->path.size && to->path.data[0] != '/') return bad(error, "the path does not start with a slash");
    if (memchr(to->path.data ? to->path.data : "", '?', to->path.size)) return bad(error, "the path has a ? in it");
    return read_origin(to, scheme, sizeof scheme - 1, args->host, strlen(args->host), error);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool decode_path(target *to, dynox_error *error)
{
    for (size_t i = 0; i < to->path.size; i++) {
        const char *at = to->path.data + i;
        if (*at != '%') {
            dynox__buffer_byte(&to->decoded, *at);
            continue;
        }
        if (to->path.size - i < 3 || hex_digit(at[1]) < 0 || hex_digit(at[2]) < 0)
            return bad(error, "the path has a % without two hexadecimal digits behind it");
        dynox__buffer_byte(&to->decoded, (char)(hex_digit(at[1]) * 16 + hex_digit(at[2])));
        i += 2;
    }
    return to->decoded.failed ? no_memory(error) : true;
}

static bool read_target(target *to, const dynox_sign_args *args, bool once, dynox_error *error)
{
    const char *const texts[] = {args->url, args->host, args->path, args->query};
    if (!args->url == !args->host) return bad(error, "give either .url or .host");
    if (args->url && (args->path || args->query)) return bad(error, ".path and .query go with .host, not with .url");
    for (int i = 0; i < 4; i++)
        if (texts[i] && !is_url_text(texts[i]))
            return bad(error, "the URL is too long, or has a character that must be percent-encoded");
    if (!(args->url ? read_url(to, args->url, error) : read_pieces(to, args, error))) return false;
    if (to->path.size == 0) to->path = (dynox__span){"/", 1};
    return once ? decode_path(to, error) : true;
}

/* ---- headers ---- */

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (dynox__ascii_same(name, *names)) return true;
    return false;
}

/* Proxies and HTTP clients change or drop these. */
static bool is_unsigned(const char *name)
{
    static const char *const names[] = {
        "connection", "expect",  "keep-alive",        "proxy-authenticate", "proxy-authorization",
        "te",         "trailer", "transfer-encoding", "user-agent",         "x-amzn-trace-id",
        "upgrade",    "baggage", "traceparent",       "tracestate",         NULL};
    return is_one_of(name, names);
}

static bool is_ours(const char *name)
{
    static const char *const names[] = {"authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256",
                                        NULL};
    return is_one_of(name, names);
}

static bool is_token(const char *name)
{
    const char *at = name;
    for (; *at; at++)
        if ((unsigned char)*at <= ' ' || (unsigned char)*at >= 0x7f || strchr("()<>@,;:\\\"/[]?={}", *at)) return false;
    return at != name;
}

static bool is_value(const char *value)
{
    for (; *value; value++)
        if (((unsigned char)*value < ' ' && *value != '\t') || *value == 0x7f) return false;
    return true;
}

/* Those to be signed, at most one more than were given. */
static bool read_headers(const dynox_sign_args *args, const target *to, dynox__sign_header *headers, size_t *count,
                         dynox_error *error)
{
    bool has_host = false;
    for (size_t i = 0; i < args->header_count; i++) {
        const dynox_header *header = &args->headers[i];
        if (!header->name || !header->value || !is_token(header->name) || !is_value(header->value))
            return bad(error, "a header has no name or value, or characters that it cannot have");
        if (is_ours(header->name)) {
            dynox_error_set(error, DYNOX_E_ARGUMENT, "not signed: the header %s is one that signing adds",
                            header->name);
            return false;
        }
        has_host = has_host || dynox__ascii_same(header->name, "host");
        if (is_unsigned(header->name)) continue;
        headers[(*count)++] =
            (dynox__sign_header){{header->name, strlen(header->name)}, {header->value, strlen(header->value)}};
    }
    const char *host = to->origin.authority;
    if (!has_host) headers[(*count)++] = (dynox__sign_header){{"host", 4}, {host, strlen(host)}};
    return true;
}

/* ---- the result ---- */

typedef struct result {
    dynox_signed shown; /* first: what the caller sees */
    size_t       size;
    dynox_header headers[MOST_ADDED];
} result;

void dynox_signed_free(dynox_signed *shown)
{
    if (!shown) return;
    result *made = DYNOX__CONTAINER(shown, result, shown);
    dynox__wipe(made, made->size);
    dynox__free(made);
}

static const char *keep(char **room, const char *text, size_t size)
{
    char *copy = *room;
    memcpy(copy, text, size);
    *room += size + 1;
    return copy;
}

static void write_url(dynox__buffer *url, const target *to, const dynox__span *query)
{
    dynox__buffer_reserve(url, strlen(to->origin.authority) + to->path.size + query->size + 16);
    dynox__buffer_text(url, to->origin.tls ? "https://" : "http://");
    dynox__buffer_text(url, to->origin.authority);
    dynox__buffer_add(url, to->path.data, to->path.size);
    if (query->size) dynox__buffer_byte(url, '?');
    dynox__buffer_add(url, query->data, query->size);
}

/* The headers to add, or none with a presigned URL. */
static size_t list_headers(const dynox__sign_request *request, const dynox__signed *from, dynox_header *headers)
{
    const char *token = request->credentials->session_token;
    size_t      count = 0;
    if (request->in_query) return 0;
    headers[count++] = (dynox_header){"Authorization", from->result.data};
    headers[count++] = (dynox_header){"X-Amz-Date", request->time.text};
    if (token) headers[count++] = (dynox_header){"X-Amz-Security-Token", token};
    if (request->payload_header) headers[count++] = (dynox_header){"X-Amz-Content-Sha256", from->payload};
    return count;
}

static result *make_result(const dynox__sign_request *request, const target *to, dynox__signed *from)
{
    dynox_header  added[MOST_ADDED];
    dynox__buffer url   = {0};
    dynox__span   query = request->in_query ? (dynox__span){from->result.data, from->result.size} : to->query;
    dynox__buffer_byte(&from->result, 0);
    if (request->in_query) query.data = from->result.data;
    write_url(&url, to, &query);
    if (url.failed || from->result.failed) {
        dynox__buffer_free(&url);
        return NULL;
    }
    size_t count = list_headers(request, from, added), size = sizeof(result) + url.size + 1;
    for (size_t i = 0; i < count; i++)
        size += strlen(added[i].value) + 1;
    result *made = dynox__calloc(size);
    if (made) {
        char *room = (char *)(made + 1);
        made->size = size;
        for (size_t i = 0; i < count; i++)
            made->headers[i] = (dynox_header){added[i].name, keep(&room, added[i].value, strlen(added[i].value))};
        made->shown = (dynox_signed){made->headers, count, keep(&room, url.data, url.size)};
    }
    dynox__wipe(url.data, url.size);
    dynox__buffer_free(&url);
    return made;
}

/* ---- all together ---- */

static bool check(const dynox_sign_args *args, dynox_error *error)
{
    if (!args->region || !dynox__is_host_label(args->region)) return bad(error, ".region is missing, or is none");
    if (!args->service || !dynox__is_host_label(args->service)) return bad(error, ".service is missing, or is none");
    if (!args->credentials) return bad(error, ".credentials are missing");
    if (args->method && !is_token(args->method)) return bad(error, ".method is not one");
    if (args->time < 0 || args->time > last_second) return bad(error, ".time is out of range");
    if (args->expires_s > LONGEST_EXPIRY_S) return bad(error, ".expires_s is more than a week");
    if (args->header_count > MOST_HEADERS) return bad(error, "more than 256 headers");
    if (args->header_count && !args->headers) return bad(error, ".headers are missing");
    if (args->body_size && !args->body) return bad(error, ".body is missing");
    if (args->payload_hash && strlen(args->payload_hash) != DYNOX__SIGNATURE)
        return bad(error, ".payload_hash is not 64 hexadecimal digits");
    if (args->payload_hash && args->payload_hash[strspn(args->payload_hash, "0123456789abcdef")])
        return bad(error, ".payload_hash is not 64 hexadecimal digits in lower case");
    return true;
}

static result *sign(const dynox_sign_args *args, const target *to, const dynox__credentials *credentials,
                    dynox_error *error)
{
    bool                s3      = strcmp(args->service, "s3") == 0;
    bool                open    = args->unsigned_payload || (s3 && args->presign && !args->payload_hash);
    dynox__sign_header *headers = dynox__malloc_array(args->header_count + 1, sizeof *headers);
    dynox__signed       out     = {0};
    result             *made    = NULL;
    dynox__sign_request request = {
        .method         = args->method ? args->method : "GET",
        .path           = to->decoded.size ? (dynox__span){to->decoded.data, to->decoded.size} : to->path,
        .query          = to->query,
        .headers        = headers,
        .body           = {args->body, args->body_size},
        .payload_hash   = open ? "UNSIGNED-PAYLOAD" : args->payload_hash,
        .region         = args->region,
        .service        = args->service,
        .credentials    = &credentials->set,
        .in_query       = args->presign,
        .expires        = args->expires_s ? args->expires_s : 3600,
        .keep_path      = s3 || args->keep_path,
        .payload_header = (s3 || args->content_sha256 || args->unsigned_payload) && !args->presign};
    dynox__sign_time_set(&request.time, args->time ? args->time * DYNOX__SECOND : dynox__wall_ns());
    if (!headers) {
        no_memory(error);
    } else if (read_headers(args, to, headers, &request.header_count, error)) {
        if (dynox__sign(&request, &out)) made = make_result(&request, to, &out);
        if (!made) no_memory(error);
    }
    dynox__signed_free(&out);
    dynox__free(headers);
    return made;
}

static result *sign_checked(const dynox_sign_args *args, dynox_error *error)
{
    target to   = {0};
    bool   once = args->keep_path || (args->service && strcmp(args->service, "s3") == 0);
    if (!check(args, error)) return NULL;
    result             *made        = NULL;
    dynox__credentials *credentials = dynox__credentials_freeze(args->credentials, "the program", error);
    if (credentials && read_target(&to, args, once, error)) made = sign(args, &to, credentials, error);
    target_free(&to);
    dynox__credentials_release(credentials);
    return made;
}

dynox_signed *dynox_sign_with(const dynox_sign_args *given)
{
    dynox_sign_args args;
    dynox_error     error = {0};
    result         *made  = NULL;
    if (dynox__args_read(&args, sizeof args, given, &error) == DYNOX_OK) made = sign_checked(&args, &error);
    dynox_error *to = DYNOX__ARGS_FIELD(args, given, error);
    if (!made && to) dynox_error_copy(to, &error);
    dynox_error_clear(&error);
    return made ? &made->shown : NULL;
}
