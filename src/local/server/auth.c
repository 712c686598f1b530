/* Signatures of requests, in the words of the service: is there one, is it complete, and (with keys to check by) is it
 * the one that our own signer makes of the same request. */
#include "base/ascii.h"
#include "base/date.h"
#include "http/wire/http1_text.h"
#include "local/server/inside.h"
#include "local/wire/tree.h"

#define SKEW_S 900

enum { MOST_SIGNED = 64, LONGEST_EXPIRY_S = 604800 };

static const char incomplete[]   = "IncompleteSignatureException";
static const char invalid[]      = "InvalidSignatureException";
static const char unrecognized[] = "UnrecognizedClientException";

/* What a request says about its signature; from the Authorization header or the query, there decoded into `text`. */
typedef struct claim {
    dynox__span   algorithm, credential, names, signature, date, expires, token;
    bool          in_query;
    dynox__buffer text, query;                    /* query: without what signing adds */
    dynox__span   key, day, region, service, end; /* the parts of the credential */
    int64_t       signed_at_s;
} claim;

static void add(dynox__buffer *to, const char *text, dynox__span span)
{
    dynox__buffer_text(to, text);
    if (span.data) dynox__buffer_add(to, span.data, span.size);
}

static dynox__span trimmed(dynox__span text)
{
    while (text.size && (text.data[0] == ' ' || text.data[0] == '\t' || text.data[0] == ','))
        text.data++, text.size--;
    while (text.size && (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == ','))
        text.size--;
    return text;
}

/* What stands before the mark; `*rest` goes behind it, or is empty. */
static dynox__span cut(dynox__span *rest, char mark)
{
    const char *at    = rest->size ? memchr(rest->data, mark, rest->size) : NULL;
    dynox__span first = {rest->data, at ? (size_t)(at - rest->data) : rest->size};
    size_t      used  = first.size + (at != NULL);
    if (used) *rest = (dynox__span){rest->data + used, rest->size - used};
    return first;
}

static bool same(dynox__span text, const char *word)
{
    return text.size == strlen(word) && (!text.size || memcmp(text.data, word, text.size) == 0);
}

static dynox__span header_named(const dynox__request_head *head, const char *lower)
{
    for (size_t i = 0; i < head->field_count; i++)
        if (dynox__span_is(head->fields[i].name, lower)) return head->fields[i].value;
    return (dynox__span){0};
}

/* ---- reading ---- */

/* "AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=..." */
static const char *read_header(const dynox__request_head *head, claim *to, dynox__buffer *message)
{
    dynox__span rest = head->header[DYNOX__HEADER_AUTHORIZATION], date = head->header[DYNOX__HEADER_AMZ_DATE];
    dynox__span whole = rest;
    to->algorithm     = cut(&rest, ' ');
    while (rest.size) {
        dynox__span value = trimmed(cut(&rest, ',')), name = cut(&value, '=');
        if (same(name, "Credential")) to->credential = value;
        if (same(name, "SignedHeaders")) to->names = value;
        if (same(name, "Signature")) to->signature = value;
    }
    to->date  = date.data ? date : head->header[DYNOX__HEADER_DATE];
    to->token = header_named(head, "x-amz-security-token");
    if (!to->credential.size) dynox__buffer_text(message, "Authorization header requires 'Credential' parameter. ");
    if (!to->signature.size) dynox__buffer_text(message, "Authorization header requires 'Signature' parameter. ");
    if (!to->names.size) dynox__buffer_text(message, "Authorization header requires 'SignedHeaders' parameter. ");
    if (!to->date.size)
        dynox__buffer_text(message, "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' "
                                    "header. ");
    if (!message->size) return NULL;
    add(message, "Authorization=", whole);
    return incomplete;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c = dynox__ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Behind what the buffer holds, where there is room. */
static dynox__span decoded(dynox__buffer *to, dynox__span text)
{
    size_t begun = to->size;
    for (size_t i = 0; i < text.size; i++) {
        bool escaped = text.data[i] == '%' && text.size - i > 2 && hex_digit(text.data[i + 1]) >= 0 &&
                       hex_digit(text.data[i + 2]) >= 0;
        dynox__buffer_byte(to, escaped ? (char)(hex_digit(text.data[i + 1]) * 16 + hex_digit(text.data[i + 2]))
                                       : text.data[i]);
        if (escaped) i += 2;
    }
    return (dynox__span){to->data + begun, to->size - begun};
}

/* Where what is in the query belongs; NULL: it is no part of a signature. */
static dynox__span *parameter(claim *to, dynox__span name)
{
    if (same(name, "X-Amz-Algorithm")) return &to->algorithm;
    if (same(name, "X-Amz-Credential")) return &to->credential;
    if (same(name, "X-Amz-SignedHeaders")) return &to->names;
    if (same(name, "X-Amz-Signature")) return &to->signature;
    if (same(name, "X-Amz-Date")) return &to->date;
    if (same(name, "X-Amz-Expires")) return &to->expires;
    if (same(name, "X-Amz-Security-Token")) return &to->token;
    return NULL;
}

static bool is_signed_in_query(dynox__span query)
{
    while (query.size) {
        dynox__span pair = cut(&query, '&');
        if (same(cut(&pair, '='), "X-Amz-Algorithm")) return true;
    }
    return false;
}

static const char *read_query(const dynox__request_head *head, claim *to, dynox__buffer *message)
{
    const struct {
        const char        *name;
        const dynox__span *value;
    } needed[]        = {{"X-Amz-Algorithm", &to->algorithm},
                         {"X-Amz-Credential", &to->credential},
                         {"X-Amz-Signature", &to->signature},
                         {"X-Amz-SignedHeaders", &to->names},
                         {"X-Amz-Date", &to->date}};
    dynox__span query = head->query;
    to->in_query      = true;
    dynox__buffer_reserve(&to->text, query.size); /* what points there stays */
    while (query.size) {
        dynox__span  whole = cut(&query, '&'), value = whole;
        dynox__span *at = parameter(to, cut(&value, '='));
        if (at) *at = decoded(&to->text, value);
        if (!at) add(&to->query, to->query.size ? "&" : "", whole);
    }
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (!needed[i].value->size)
            dynox__buffer_format(message, "AWS query-string parameters must include '%s'. ", needed[i].name);
    if (!message->size) return NULL;
    dynox__buffer_text(message, "Re-examine the query-string parameters.");
    return incomplete;
}

/* ---- checking, with keys ---- */

/* 20150830T123600Z */
static bool read_time(dynox__span text, int64_t *seconds)
{
    char iso[24];
    if (text.size != 16) return false;
    const char *t = text.data;
    snprintf(iso, sizeof iso, "%.4s-%.2s-%.5s:%.2s:%.3s", t, t + 4, t + 6, t + 11, t + 13);
    return dynox__iso8601(iso, seconds);
}

static void time_text(dynox__buffer *to, int64_t seconds)
{
    dynox__sign_time time;
    dynox__sign_time_set(&time, seconds * DYNOX__SECOND);
    dynox__buffer_text(to, time.text);
}

static const char *too_far(dynox__buffer *message, const char *what, dynox__span date, int64_t limit_s, int64_t now_s,
                           const char *distance)
{
    add(message, what, date);
    dynox__buffer_text(message, limit_s < now_s ? " is now earlier than " : " is still later than ");
    time_text(message, limit_s);
    dynox__buffer_text(message, " (");
    time_text(message, now_s);
    dynox__buffer_text(message, distance);
    return invalid;
}

static const char *check_time(const dynox__server *server, claim *from, dynox__buffer *message)
{
    int64_t now_s = dynox__server_now_us(server) / 1000000, expires_s = SKEW_S;
    if (!read_time(from->date, &from->signed_at_s)) {
        add(message, "Date must be in ISO-8601 'basic format'. Got '", from->date);
        dynox__buffer_text(message, "'. See http://en.wikipedia.org/wiki/ISO_8601");
        return incomplete;
    }
    if (from->in_query && from->expires.size) {
        uint64_t number = 0;
        dynox__http1_decimal(from->expires.data, from->expires.size, INT64_MAX, &number);
        expires_s = (int64_t)number;
        if (expires_s < 1 || expires_s > LONGEST_EXPIRY_S) {
            dynox__buffer_text(message, "X-Amz-Expires must be a number from 1 to 604800");
            return incomplete;
        }
    }
    if (from->signed_at_s < now_s - expires_s)
        return too_far(message, "Signature expired: ", from->date, now_s - expires_s, now_s, " - 15 min.)");
    if (from->signed_at_s > now_s + SKEW_S)
        return too_far(message, "Signature not yet current: ", from->date, now_s + SKEW_S, now_s, " + 15 min.)");
    return NULL;
}

/* KEY/20150830/us-east-1/dynamodb/aws4_request */
static const char *check_credential(claim *from, dynox__buffer *message)
{
    dynox__span rest    = from->credential;
    size_t      slashes = 0;
    for (size_t i = 0; i < rest.size; i++)
        slashes += rest.data[i] == '/';
    if (slashes != 4) {
        add(message,
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
            "got '",
            rest);
        dynox__buffer_text(message, "'");
        return incomplete;
    }
    from->key     = cut(&rest, '/');
    from->day     = cut(&rest, '/');
    from->region  = cut(&rest, '/');
    from->service = cut(&rest, '/');
    from->end     = rest;
    if (!from->region.size) dynox__buffer_text(message, "Credential should be scoped to a valid region. ");
    if (!same(from->service, "dynamodb"))
        dynox__buffer_text(message, "Credential should be scoped to correct service: 'dynamodb'. ");
    if (!same(from->end, "aws4_request")) {
        add(message, "Credential should be scoped with a valid terminator: 'aws4_request', not '", from->end);
        dynox__buffer_text(message, "'. ");
    }
    if (from->day.size != 8 || memcmp(from->day.data, from->date.data, 8) != 0) {
        add(message, "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '",
            from->day);
        add(message, "' != '", (dynox__span){from->date.data, 8});
        add(message, "', from '", from->date);
        dynox__buffer_text(message, "'. ");
    }
    return message->size ? invalid : NULL;
}

/* The headers that were signed, as they came. false: one of them did not come, or there are too many. */
static bool collect(const dynox__request_head *head, dynox__span names, dynox__sign_header *list, size_t *count,
                    bool *has_host)
{
    while (names.size) {
        dynox__span name = cut(&names, ';');
        bool        came = false;
        *has_host        = *has_host || dynox__span_is(name, "host");
        for (size_t i = 0; i < head->field_count; i++) {
            dynox__span its = head->fields[i].name;
            if (its.size != name.size || !name.size || !dynox__ascii_same_n(its.data, name.data, name.size)) continue;
            came = true;
            /* these are for the signer to add */
            if (dynox__span_is(name, "x-amz-date") || dynox__span_is(name, "x-amz-security-token")) continue;
            if (*count == MOST_SIGNED) return false;
            list[(*count)++] = head->fields[i];
        }
        if (!came) return false;
    }
    return true;
}

static bool names_list(dynox__span names, const char *lower)
{
    while (names.size)
        if (dynox__span_is(cut(&names, ';'), lower)) return true;
    return false;
}

/* All of it is looked at, whatever differs. */
static bool same_signature(const char *ours, dynox__span theirs)
{
    unsigned other = theirs.size != DYNOX__SIGNATURE;
    for (size_t i = 0; !other && i < DYNOX__SIGNATURE; i++)
        other |= (unsigned)(ours[i] ^ theirs.data[i]) << 8;
    return !other;
}

static const char *mismatch(dynox__buffer *message, const dynox__signed *made)
{
    dynox__buffer_text(message, "The request signature we calculated does not match the signature you provided. Check "
                                "your AWS Secret Access Key and signing method. Consult the service documentation for "
                                "details.");
    if (!made) return invalid;
    add(message, "\n\nThe Canonical String for this request should have been\n'",
        (dynox__span){made->canonical.data, made->canonical.size});
    add(message, "'\n\nThe String-to-Sign should have been\n'",
        (dynox__span){made->string_to_sign.data, made->string_to_sign.size});
    dynox__buffer_text(message, "'\n");
    return invalid;
}

static const char *check_signature(const dynox__request_head *head, const claim *from, const dynox__server_key *key,
                                   dynox__buffer *message)
{
    dynox__sign_header list[MOST_SIGNED];
    size_t             count    = 0;
    bool               has_host = false;
    dynox__span        payload = header_named(head, "x-amz-content-sha256"), expires = from->expires;
    dynox__signed      made  = {0};
    dynox__buffer      texts = {0};
    const char        *error = NULL;
    if (!collect(head, from->names, list, &count, &has_host)) return mismatch(message, NULL);
    if (!has_host) {
        dynox__buffer_text(message, "'Host' must be a 'SignedHeader' in the AWS Authorization.");
        return invalid;
    }
    /* region, NUL, method, NUL */
    add(&texts, "", from->region);
    dynox__buffer_byte(&texts, 0);
    add(&texts, "", head->method);
    dynox__buffer_byte(&texts, 0);
    bool              with_token  = from->in_query || names_list(from->names, "x-amz-security-token");
    dynox_credentials credentials = {
        .access_key_id = key->id, .secret_access_key = key->secret, .session_token = with_token ? key->token : NULL};
    dynox__sign_request request = {.method = texts.failed ? "" : texts.data + from->region.size + 1,
                                   .path   = head->path,
                                   .query =
                                       from->in_query ? (dynox__span){from->query.data, from->query.size} : head->query,
                                   .headers      = list,
                                   .header_count = count,
                                   .body         = {head->body, head->body_size},
                                   .payload_hash = same(payload, "UNSIGNED-PAYLOAD") ? "UNSIGNED-PAYLOAD" : NULL,
                                   .region       = texts.data,
                                   .service      = "dynamodb",
                                   .credentials  = &credentials,
                                   .in_query     = from->in_query};
    dynox__sign_time_set(&request.time, from->signed_at_s * DYNOX__SECOND);
    for (size_t i = 0; i < expires.size; i++)
        request.expires = request.expires * 10 + (unsigned)(expires.data[i] - '0');
    if (texts.failed || !dynox__sign(&request, &made)) {
        dynox__buffer_text(message, "out of memory");
        error = "InternalServerError";
    } else if (!same_signature(made.signature, from->signature)) {
        error = mismatch(message, &made);
    }
    dynox__signed_free(&made);
    dynox__buffer_free(&texts);
    return error;
}

static const char *check(const dynox__server *server, const dynox__request_head *head, claim *from,
                         dynox__buffer *message)
{
    const dynox__server_settings *settings = &server->settings;
    const dynox__server_key      *key      = NULL;
    const char                   *error;
    if (!same(from->algorithm, "AWS4-HMAC-SHA256")) {
        add(message, "Unsupported AWS 'algorithm': '", from->algorithm);
        dynox__buffer_text(message, "' (only AWS4-HMAC-SHA256 for now). ");
        return incomplete;
    }
    if ((error = check_time(server, from, message)) || (error = check_credential(from, message))) return error;
    for (size_t i = 0; i < settings->key_count && !key; i++)
        if (same(from->key, settings->keys[i].id)) key = &settings->keys[i];
    if (!key || (key->token ? !same(from->token, key->token) : from->token.size > 0)) {
        dynox__buffer_text(message, "The security token included in the request is invalid.");
        return unrecognized;
    }
    return check_signature(head, from, key, message);
}

/* ---- all of it ---- */

bool dynox__server_fails_before(const dynox__server *server, const dynox__request_head *head)
{
    const dynox__server_backend *backend  = &server->settings.backend;
    static const char            tables[] = "DynamoDB_20120810", streams[] = "DynamoDBStreams_20120810";
    dynox__span                  name = head->header[DYNOX__HEADER_TARGET], service = cut(&name, '.');
    bool                         of_streams = same(service, streams);
    dynox__arena                 arena      = {0};
    dynox__buffer                copy       = {0};
    const char                  *why        = NULL;
    static const size_t          padding    = DYNOX__REQUEST_BODY_PADDING;
    if (!of_streams && !same(service, tables)) return true;
    if (backend->knows && !backend->knows(name.data, name.size, of_streams)) return true;
    dynox__buffer_reserve(&copy, head->body_size + padding);
    dynox__buffer_add(&copy, head->body, head->body_size);
    if (!copy.failed) memset(copy.data + copy.size, 0, padding);
    bool wrong = head->body_size && !copy.failed && !dynox__tree_parse(copy.data, copy.size, &arena, &why) && why;
    dynox__arena_free(&arena);
    dynox__buffer_free(&copy);
    return wrong;
}

static const char *judge(const dynox__server *server, const dynox__request_head *head, claim *from,
                         dynox__buffer *message)
{
    dynox__span authorization = head->header[DYNOX__HEADER_AUTHORIZATION];
    bool        in_query      = is_signed_in_query(head->query);
    const char *error         = NULL;
    if (authorization.data && in_query) {
        dynox__buffer_text(message, "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP "
                                    "header.");
        return invalid;
    }
    if (!in_query && (!authorization.data || authorization.size < 5 || memcmp(authorization.data, "AWS4-", 5) != 0)) {
        if (server->settings.takes_unsigned && !server->settings.key_count) return NULL;
        dynox__buffer_text(message, "Request is missing Authentication Token");
        return "MissingAuthenticationTokenException";
    }
    error = in_query ? read_query(head, from, message) : read_header(head, from, message);
    return error || !server->settings.key_count ? error : check(server, head, from, message);
}

const char *dynox__server_authenticate(const dynox__server *server, const dynox__request_head *head,
                                       dynox__buffer *message)
{
    claim       from  = {0};
    const char *error = judge(server, head, &from, message);
    if (from.text.failed || from.query.failed) error = "InternalServerError";
    dynox__buffer_free(&from.text);
    dynox__buffer_free(&from.query);
    return error;
}
