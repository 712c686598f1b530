/* Signature Version 4, the general form: any method, path, query and set of headers, in the Authorization header or
 * in the query of a presigned URL. */
#include "aws/crypto/sign_text.h"
#include "aws/sign/sign.h"
#include <stdlib.h>

void dynox__sign_encode(dynox__buffer *to, dynox__span text, bool keep_slash)
{
    static const char hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c     = (unsigned char)text.data[i];
        bool          plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                     c == '.' || c == '_' || c == '~' || (c == '/' && keep_slash);
        if (plain)
            dynox__buffer_byte(to, (char)c);
        else
            dynox__buffer_add(to, (char[]){'%', hex[c >> 4], hex[c & 15]}, 3);
    }
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

/* What is encoded already is decoded first, so that it is not encoded twice. */
static void encode_again(dynox__buffer *to, dynox__span text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == '%' && i + 2 < text.size && hex_value(text.data[i + 1]) >= 0 && hex_value(text.data[i + 2]) >= 0) {
            c = (char)(hex_value(text.data[i + 1]) * 16 + hex_value(text.data[i + 2]));
            i += 2;
        }
        dynox__sign_encode(to, (dynox__span){&c, 1}, false);
    }
}

/* The path without "." and "..", and without empty segments. */
static void normalize(dynox__buffer *to, dynox__span path)
{
    size_t at = 0, last = 0;
    while (at < path.size) {
        size_t end = at;
        while (end < path.size && path.data[end] != '/')
            end++;
        size_t      size    = end - at;
        const char *segment = path.data + at;
        last = at = end + 1;
        if (size == 0 || (size == 1 && segment[0] == '.')) continue;
        if (size == 2 && segment[0] == '.' && segment[1] == '.') {
            while (to->size && to->data[--to->size] != '/')
                continue;
            continue;
        }
        dynox__buffer_byte(to, '/');
        dynox__buffer_add(to, segment, size);
    }
    bool slash = path.size && path.data[path.size - 1] == '/';
    if (to->size == 0 || (slash && last)) dynox__buffer_byte(to, '/');
}

static bool canonical_path(const dynox__sign_request *request, dynox__buffer *to)
{
    if (request->keep_path) {
        dynox__sign_encode(to, request->path.size ? request->path : (dynox__span){"/", 1}, true);
        return !to->failed;
    }
    dynox__buffer plain = {0};
    normalize(&plain, request->path);
    if (!plain.failed) dynox__sign_encode(to, (dynox__span){plain.data, plain.size}, true);
    bool good = !plain.failed && !to->failed;
    dynox__buffer_free(&plain);
    return good;
}

/* ---- sorted pairs: headers and query parameters ---- */

/* Names and values lie in one text; offsets, because it grows. */
typedef struct pair {
    size_t      name, name_size, value, value_size;
    size_t      order;
    const char *text; /* set before sorting */
} pair;

typedef struct pairs {
    dynox__buffer text;
    pair         *list;
    size_t        count, capacity;
    bool          failed;
} pairs;

/* A session token may be in it. */
static void wipe_free(dynox__buffer *buffer)
{
    dynox__wipe(buffer->data, buffer->capacity);
    dynox__buffer_free(buffer);
}

static void pairs_free(pairs *all)
{
    wipe_free(&all->text);
    dynox__free(all->list);
}

/* A new pair whose name starts at the end of the text; NULL: out of memory. */
static pair *pairs_begin(pairs *all)
{
    if (all->count == all->capacity) {
        size_t capacity = all->capacity ? all->capacity * 2 : 16;
        pair  *list     = dynox__realloc_array(all->list, capacity, sizeof *list);
        if (!list) {
            all->failed = true;
            return NULL;
        }
        all->list     = list;
        all->capacity = capacity;
    }
    pair *next = &all->list[all->count];
    *next      = (pair){.name = all->text.size, .order = all->count};
    all->count++;
    return next;
}

static int compare_text(const pair *a, size_t at, size_t size, const pair *b, size_t bt, size_t b_size)
{
    size_t common = size < b_size ? size : b_size;
    int    result = common ? memcmp(a->text + at, b->text + bt, common) : 0;
    return result ? result : (size > b_size) - (size < b_size);
}

static int by_name(const void *left, const void *right)
{
    const pair *a = left, *b = right;
    int         result = compare_text(a, a->name, a->name_size, b, b->name, b->name_size);
    return result ? result : (a->order > b->order) - (a->order < b->order);
}

static int by_name_and_value(const void *left, const void *right)
{
    const pair *a = left, *b = right;
    int         result = compare_text(a, a->name, a->name_size, b, b->name, b->name_size);
    return result ? result : compare_text(a, a->value, a->value_size, b, b->value, b->value_size);
}

static bool pairs_sort(pairs *all, int (*compare)(const void *, const void *))
{
    if (all->failed || all->text.failed) return false;
    for (size_t i = 0; i < all->count; i++)
        all->list[i].text = all->text.data;
    if (all->count) qsort(all->list, all->count, sizeof *all->list, compare);
    return true;
}

/* ---- headers ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

/* Name in lower case, value trimmed, each run of blanks in it one space. */
static void add_header(pairs *all, dynox__span name, dynox__span value)
{
    pair *header = pairs_begin(all);
    if (!header) return;
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        dynox__buffer_byte(&all->text, (char)(c >= 'A' && c <= 'Z' ? c + 32 : c));
    }
    header->name_size = all->text.size - header->name;
    header->value     = all->text.size;
    bool gap          = false;
    for (size_t i = 0; i < value.size; i++) {
        if (is_blank(value.data[i])) {
            gap = true;
            continue;
        }
        if (gap && all->text.size > header->value) dynox__buffer_byte(&all->text, ' ');
        gap = false;
        dynox__buffer_byte(&all->text, value.data[i]);
    }
    header->value_size = all->text.size - header->value;
}

static dynox__span span_of(const char *text)
{
    return (dynox__span){text, strlen(text)};
}

static bool collect_headers(const dynox__sign_request *request, const char *payload, pairs *all)
{
    const char *token = request->credentials->session_token;
    size_t      room  = 256 + (token ? strlen(token) : 0);
    for (size_t i = 0; i < request->header_count; i++)
        room += request->headers[i].name.size + request->headers[i].value.size;
    dynox__buffer_reserve(&all->text, room); /* a buffer that grows leaves what it had behind */
    for (size_t i = 0; i < request->header_count; i++)
        add_header(all, request->headers[i].name, request->headers[i].value);
    if (!request->in_query) {
        add_header(all, span_of("x-amz-date"), span_of(request->time.text));
        if (request->payload_header) add_header(all, span_of("x-amz-content-sha256"), span_of(payload));
        if (token && !request->token_unsigned) add_header(all, span_of("x-amz-security-token"), span_of(token));
    }
    return pairs_sort(all, by_name);
}

static bool same_name(const pair *a, const pair *b)
{
    return a->name_size == b->name_size && !memcmp(a->text + a->name, b->text + b->name, a->name_size);
}

/* "name:value\n" each; values of one name are joined with commas in the order of the request. */
static void write_headers(const pairs *all, dynox__buffer *lines, dynox__buffer *names)
{
    dynox__buffer_reserve(lines, all->text.size + 2 * all->count + 2);
    for (size_t i = 0; i < all->count; i++) {
        const pair *header = &all->list[i];
        bool        again  = i > 0 && same_name(header, header - 1);
        if (!again) {
            if (i) {
                dynox__buffer_byte(lines, '\n');
                dynox__buffer_byte(names, ';');
            }
            dynox__buffer_add(names, header->text + header->name, header->name_size);
            dynox__buffer_add(lines, header->text + header->name, header->name_size);
        }
        dynox__buffer_byte(lines, again ? ',' : ':');
        dynox__buffer_add(lines, header->text + header->value, header->value_size);
    }
    dynox__buffer_byte(lines, '\n');
}

/* ---- query ---- */

static void add_parameter(pairs *all, const char *name, const char *value)
{
    pair *parameter = pairs_begin(all);
    if (!parameter) return;
    dynox__buffer_text(&all->text, name);
    parameter->name_size = all->text.size - parameter->name;
    parameter->value     = all->text.size;
    dynox__sign_encode(&all->text, span_of(value), false);
    parameter->value_size = all->text.size - parameter->value;
}

static void add_query(pairs *all, dynox__span query)
{
    for (size_t at = 0; at < query.size;) {
        size_t end = at, equals;
        while (end < query.size && query.data[end] != '&')
            end++;
        for (equals = at; equals < end && query.data[equals] != '='; equals++)
            continue;
        pair *parameter = end > at ? pairs_begin(all) : NULL;
        if (parameter) {
            encode_again(&all->text, (dynox__span){query.data + at, equals - at});
            parameter->name_size = all->text.size - parameter->name;
            parameter->value     = all->text.size;
            if (equals < end) encode_again(&all->text, (dynox__span){query.data + equals + 1, end - equals - 1});
            parameter->value_size = all->text.size - parameter->value;
        }
        at = end + 1;
    }
}

static bool canonical_query(const dynox__sign_request *request, const char *scope, const char *names, dynox__buffer *to)
{
    const dynox_credentials *credentials = request->credentials;
    pairs                    all         = {0};
    dynox__buffer            text        = {0};
    const char              *token       = request->token_unsigned ? NULL : credentials->session_token;
    size_t                   room = 1024 + 3 * (request->query.size + strlen(names) + (token ? strlen(token) : 0));
    dynox__buffer_reserve(&all.text, room);
    dynox__buffer_reserve(to, room);
    add_query(&all, request->query);
    if (request->in_query) {
        dynox__buffer_format(&text, "%s/%s", credentials->access_key_id, scope);
        char expires[16];
        snprintf(expires, sizeof expires, "%u", request->expires);
        add_parameter(&all, "X-Amz-Algorithm", "AWS4-HMAC-SHA256");
        add_parameter(&all, "X-Amz-Credential", text.failed ? "" : text.data);
        add_parameter(&all, "X-Amz-Date", request->time.text);
        add_parameter(&all, "X-Amz-Expires", expires);
        add_parameter(&all, "X-Amz-SignedHeaders", names);
        if (token) add_parameter(&all, "X-Amz-Security-Token", token);
    }
    bool good = pairs_sort(&all, by_name_and_value) && !text.failed;
    for (size_t i = 0; good && i < all.count; i++) {
        const pair *p = &all.list[i];
        if (i) dynox__buffer_byte(to, '&');
        dynox__buffer_add(to, p->text + p->name, p->name_size);
        dynox__buffer_byte(to, '=');
        dynox__buffer_add(to, p->text + p->value, p->value_size);
    }
    pairs_free(&all);
    dynox__buffer_free(&text);
    return good && !to->failed;
}

/* ---- all together ---- */

static bool hash_text(dynox__signer *signer, dynox__span text, char hex[DYNOX__SIGNATURE + 1])
{
    unsigned char digest[DYNOX__DIGEST];
    if (!dynox__sha256(signer, &text, 1, digest)) return false;
    dynox__sign_hex(hex, digest);
    hex[DYNOX__SIGNATURE] = 0;
    return true;
}

static bool compute(dynox__signer *signer, const dynox__sign_request *request, const char *scope, dynox__signed *out)
{
    const dynox__signing_key key = {.secret  = request->credentials->secret_access_key,
                                    .date    = request->time.text,
                                    .region  = request->region,
                                    .service = request->service};
    unsigned char            mac[DYNOX__DIGEST];
    char                     hash[DYNOX__SIGNATURE + 1];
    if (!hash_text(signer, (dynox__span){out->canonical.data, out->canonical.size}, hash)) return false;
    dynox__buffer_format(&out->string_to_sign, "AWS4-HMAC-SHA256\n%s\n%s\n%s", request->time.text, scope, hash);
    if (out->string_to_sign.failed) return false;
    dynox__span text = {out->string_to_sign.data, out->string_to_sign.size};
    if (!dynox__sign_text(signer, &key, text, mac)) return false;
    dynox__sign_hex(out->signature, mac);
    out->signature[DYNOX__SIGNATURE] = 0;
    return true;
}

bool dynox__sign(const dynox__sign_request *request, dynox__signed *out)
{
    dynox__signer *signer  = dynox__signer_get();
    pairs          headers = {0};
    dynox__buffer  lines = {0}, names = {0}, query = {0}, scope = {0};
    bool           good = false;
    if (!signer) return false;
    if (request->payload_hash)
        snprintf(out->payload, sizeof out->payload, "%s", request->payload_hash);
    else if (!hash_text(signer, request->body, out->payload))
        return false;
    dynox__buffer_format(&scope, "%.8s/%s/%s/aws4_request", request->time.text, request->region, request->service);
    if (!collect_headers(request, out->payload, &headers) || scope.failed) goto out;
    write_headers(&headers, &lines, &names);
    dynox__buffer_byte(&names, 0);
    dynox__buffer_byte(&lines, 0);
    if (lines.failed || names.failed || !canonical_path(request, &out->path)) goto out;
    if (!canonical_query(request, scope.data, names.data, &query)) goto out;
    dynox__buffer_byte(&query, 0);
    dynox__buffer_byte(&out->path, 0);
    if (query.failed || out->path.failed) goto out;
    out->path.size--;
    dynox__buffer_format(&out->canonical, "%s\n%s\n%s\n%s\n%s\n%s", request->method, out->path.data, query.data,
                         lines.data, names.data, out->payload);
    if (out->canonical.failed || !compute(signer, request, scope.data, out)) goto out;
    if (request->in_query)
        dynox__buffer_format(&out->result, "%s&X-Amz-Signature=%s", query.data, out->signature);
    else
        dynox__buffer_format(&out->result, "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s",
                             request->credentials->access_key_id, scope.data, names.data, out->signature);
    good = !out->result.failed;
out:
    pairs_free(&headers);
    wipe_free(&lines);
    dynox__buffer_free(&names);
    wipe_free(&query);
    dynox__buffer_free(&scope);
    return good;
}

void dynox__signed_free(dynox__signed *out)
{
    wipe_free(&out->canonical);
    dynox__buffer_free(&out->string_to_sign);
    dynox__buffer_free(&out->path);
    wipe_free(&out->result);
}
