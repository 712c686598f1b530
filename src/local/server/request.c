/* The reader of requests. Strict where leniency lets two parties disagree about where a request ends: a bare LF, folded
 * headers, blanks before a colon, a second length, a length beside chunks and control characters are refused. */
#include "local/server/request.h"
#include "base/ascii.h"
#include "http/wire/http1_text.h"

enum { READ_HEAD, READ_LENGTH, READ_CHUNK_SIZE, READ_CHUNK, READ_CHUNK_END, READ_TRAILER, READ_FAILED };

enum { MAX_CHUNK_LINE = 256 };

static const struct {
    const char *name;
    size_t      size;
} names[DYNOX__HEADER_COUNT] = {
#define NAME(symbol, name) [DYNOX__HEADER_##symbol] = {name, sizeof name - 1}
    NAME(HOST, "host"),
    NAME(CONTENT_LENGTH, "content-length"),
    NAME(TRANSFER_ENCODING, "transfer-encoding"),
    NAME(CONTENT_TYPE, "content-type"),
    NAME(CONTENT_ENCODING, "content-encoding"),
    NAME(AUTHORIZATION, "authorization"),
    NAME(ORIGIN, "origin"),
    NAME(DATE, "date"),
    NAME(AMZ_DATE, "x-amz-date"),
    NAME(TARGET, "x-amz-target"),
    NAME(CONNECTION, "connection"),
    NAME(EXPECT, "expect"),
    NAME(ACCEPT, "accept"),
    NAME(ACCEPT_ENCODING, "accept-encoding"),
    NAME(ASKED_METHOD, "access-control-request-method"),
    NAME(ASKED_HEADERS, "access-control-request-headers"),
    NAME(TOKEN, "x-dynox-token"),
#undef NAME
};

static bool is_single(size_t header)
{
    return header <= DYNOX__HEADER_TARGET;
}

static dynox__request_progress bad(dynox__request_reader *reader, int status, const char *why)
{
    reader->state  = READ_FAILED;
    reader->status = status;
    reader->error  = why;
    return DYNOX__REQUEST_BAD;
}

bool dynox__span_is(dynox__span text, const char *lower)
{
    size_t length = strlen(lower);
    return text.size == length && text.data && dynox__ascii_same_n(text.data, lower, length);
}

/* ";q=0", "; q=0.000" and the like. */
static bool has_no_weight(dynox__span parameters)
{
    const char *q = memchr(parameters.data, '=', parameters.size);
    if (!q) return false;
    size_t left = (size_t)(parameters.data + parameters.size - q);
    for (size_t i = 1; i < left; i++)
        if (q[i] != '0' && q[i] != '.' && q[i] != ' ') return false;
    return left > 1;
}

bool dynox__request_lists(dynox__span list, const char *word)
{
    while (list.size) {
        const char *comma  = memchr(list.data, ',', list.size);
        size_t      length = comma ? (size_t)(comma - list.data) : list.size;
        const char *weight = memchr(list.data, ';', length);
        dynox__span one    = {list.data, weight ? (size_t)(weight - list.data) : length};
        dynox__http1_trim(&one.data, &one.size);
        if (dynox__span_is(one, word))
            return !weight || !has_no_weight((dynox__span){weight, (size_t)(list.data + length - weight)});
        length += comma != NULL;
        list.data += length;
        list.size -= length;
    }
    return false;
}

/* ---- the head ---- */

static bool is_target(dynox__span target)
{
    if (target.size == 0 || target.data[0] != '/') return target.size == 1 && target.data[0] == '*';
    for (size_t i = 0; i < target.size; i++)
        if (target.data[i] <= ' ' || target.data[i] > '~' || target.data[i] == '#') return false;
    return true;
}

/* "POST / HTTP/1.1" without its end. NULL, or what is wrong. */
static const char *read_request_line(dynox__request_head *head, const char *line, size_t size)
{
    static const char odd[] = "this is not HTTP/1.1";
    const char       *space = memchr(line, ' ', size);
    if (!space) return odd;
    head->method     = (dynox__span){line, (size_t)(space - line)};
    size_t      left = size - head->method.size - 1;
    const char *next = left ? memchr(space + 1, ' ', left) : NULL;
    if (!next) return odd;
    dynox__span target  = {space + 1, (size_t)(next - space) - 1};
    dynox__span version = {next + 1, left - target.size - 1};
    if (version.size != 8 || memcmp(version.data, "HTTP/1.", 7) != 0 ||
        (version.data[7] != '1' && version.data[7] != '0'))
        return odd;
    if (!dynox__http1_is_token(head->method.data, head->method.size) || !is_target(target))
        return "the request line is not valid";
    const char *mark = memchr(target.data, '?', target.size);
    head->path       = (dynox__span){target.data, mark ? (size_t)(mark - target.data) : target.size};
    if (mark) head->query = (dynox__span){mark + 1, target.size - head->path.size - 1};
    head->old = version.data[7] == '0';
    return NULL;
}

static const char *read_field(dynox__request_head *head, const char *line, size_t size)
{
    const char *colon = memchr(line, ':', size);
    if (!colon || !dynox__http1_is_token(line, (size_t)(colon - line))) return "a header is not valid";
    if (head->field_count == DYNOX__REQUEST_MAX_FIELDS) return "there are too many headers";
    dynox__span name = {line, (size_t)(colon - line)}, value = {colon + 1, size - name.size - 1};
    if (!dynox__http1_is_printable(value.data, value.size)) return "a header holds control characters";
    dynox__http1_trim(&value.data, &value.size);
    head->fields[head->field_count++] = (dynox__sign_header){name, value};
    for (size_t i = 0; i < DYNOX__HEADER_COUNT; i++) {
        if (names[i].size != name.size || !dynox__http1_is_word(name.data, name.size, names[i].name)) continue;
        if (head->header[i].data && is_single(i)) return "a header is there twice that may be there once";
        if (!head->header[i].data) head->header[i] = value;
        if (i != DYNOX__HEADER_CONNECTION) break;
        head->close = head->close || dynox__request_lists(value, "close");
        head->keep  = head->keep || dynox__request_lists(value, "keep-alive");
    }
    return NULL;
}

/* NULL, or what is wrong. Each line ends with CR LF: that was seen to. */
static const char *read_head(dynox__request_head *head, const char *bytes, size_t size)
{
    const char *wrong = NULL, *line = bytes, *end = bytes + size - 2;
    memset(head->header, 0, sizeof head->header);
    head->query       = (dynox__span){0};
    head->field_count = 0;
    head->close = head->keep = false;
    for (; line < end && !wrong;) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        if (!newline) break;
        size_t length = (size_t)(newline - line) - 1;
        wrong         = line == bytes ? read_request_line(head, line, length) : read_field(head, line, length);
        line          = newline + 1;
    }
    if (line == bytes) return "this is not HTTP/1.1";
    return wrong;
}

/* ---- where it ends ---- */

/* Looks for the empty line. */
static dynox__request_progress find_head(dynox__request_reader *reader, const char *bytes, size_t size)
{
    const char *newline;
    /* TLS, HTTP/2 and the like may never end a line. */
    if (size && (bytes[0] < 'A' || bytes[0] > 'z')) return bad(reader, 400, "this is not HTTP/1.1");
    while ((newline = memchr(bytes + reader->at, '\n', size - reader->at))) {
        size_t at = (size_t)(newline - bytes);
        if (at == reader->line || bytes[at - 1] != '\r') return bad(reader, 400, "a line does not end with CR LF");
        bool empty   = at == reader->line + 1;
        reader->line = reader->at = at + 1;
        if (reader->at > DYNOX__REQUEST_MAX_HEAD) break;
        if (!empty) continue;
        reader->head = reader->end = reader->at;
        return DYNOX__REQUEST_WHOLE;
    }
    if (!newline) reader->at = size;
    if (reader->at > DYNOX__REQUEST_MAX_HEAD) return bad(reader, 431, "the headers are too long");
    return DYNOX__REQUEST_MORE;
}

/* How long the body is, and how it comes. */
static dynox__request_progress find_framing(dynox__request_reader *reader, const dynox__request_head *head)
{
    const dynox__span *header = head->header, encoding = header[DYNOX__HEADER_TRANSFER_ENCODING];
    uint64_t           length = 0;
    if (!header[DYNOX__HEADER_HOST].data && !head->old) return bad(reader, 400, "there is no Host header");
    if (encoding.data) {
        if (header[DYNOX__HEADER_CONTENT_LENGTH].data || head->old)
            return bad(reader, 400, "it is not clear where the request ends: chunks beside a length or in HTTP/1.0");
        if (!dynox__span_is(encoding, "chunked")) return bad(reader, 501, "this Transfer-Encoding is not supported");
        reader->state = READ_CHUNK_SIZE;
    } else if (header[DYNOX__HEADER_CONTENT_LENGTH].data) {
        dynox__span text = header[DYNOX__HEADER_CONTENT_LENGTH];
        if (!dynox__http1_decimal(text.data, text.size, INT64_MAX, &length))
            return bad(reader, 400, "Content-Length is not a number");
        if (length > DYNOX__REQUEST_MAX_BODY) return bad(reader, 413, "the body is larger than the limit");
    }
    if (!encoding.data) reader->state = READ_LENGTH;
    reader->left = (size_t)length;
    if (header[DYNOX__HEADER_EXPECT].data) {
        if (!dynox__span_is(header[DYNOX__HEADER_EXPECT], "100-continue"))
            return bad(reader, 417, "this expectation cannot be met");
        reader->expects = !head->old;
    }
    return DYNOX__REQUEST_MORE;
}

/* ---- chunks ---- */

static dynox__request_progress chunk_line(dynox__request_reader *reader, const char *line, size_t size)
{
    uint64_t    chunk;
    const char *colon;
    switch (reader->state) {
    case READ_CHUNK_SIZE:
        if (!dynox__http1_chunk_size(line, size, &chunk)) return bad(reader, 400, "the size of a chunk is not valid");
        if (chunk > DYNOX__REQUEST_MAX_BODY - (reader->end - reader->head))
            return bad(reader, 413, "the body is larger than the limit");
        reader->left  = (size_t)chunk;
        reader->state = chunk ? READ_CHUNK : READ_TRAILER;
        return DYNOX__REQUEST_MORE;
    case READ_CHUNK_END:
        if (size) return bad(reader, 400, "a chunk is longer than its size says");
        reader->state = READ_CHUNK_SIZE;
        return DYNOX__REQUEST_MORE;
    default:
        if (size == 0) return DYNOX__REQUEST_WHOLE;
        colon = memchr(line, ':', size);
        if (!colon || !dynox__http1_is_token(line, (size_t)(colon - line)) ||
            !dynox__http1_is_printable(colon, size - (size_t)(colon - line)))
            return bad(reader, 400, "a trailer is not valid");
        return DYNOX__REQUEST_MORE;
    }
}

static void take_chunk(dynox__request_reader *reader, char *bytes, size_t size)
{
    size_t count = size - reader->at < reader->left ? size - reader->at : reader->left;
    memmove(bytes + reader->end, bytes + reader->at, count);
    reader->end += count;
    reader->at += count;
    reader->left -= count;
    reader->line = reader->at;
    if (!reader->left) reader->state = READ_CHUNK_END;
}

static dynox__request_progress read_chunks(dynox__request_reader *reader, char *bytes, size_t size)
{
    dynox__request_progress progress = DYNOX__REQUEST_MORE;
    while (reader->at < size && progress == DYNOX__REQUEST_MORE) {
        if (reader->state == READ_CHUNK) {
            take_chunk(reader, bytes, size);
            continue;
        }
        const char *line = bytes + reader->line, *newline = memchr(bytes + reader->at, '\n', size - reader->at);
        size_t      most = reader->state == READ_TRAILER ? DYNOX__REQUEST_MAX_HEAD : MAX_CHUNK_LINE;
        reader->at       = newline ? (size_t)(newline - bytes) + 1 : size;
        size_t length    = reader->at - reader->line;
        if (length > most) return bad(reader, 400, "a line between chunks is too long");
        if (reader->at - reader->end > DYNOX__REQUEST_MAX_FRAMING)
            return bad(reader, 413, "there is more between the chunks than in them");
        if (!newline) break;
        if (length < 2 || newline[-1] != '\r') return bad(reader, 400, "a line does not end with CR LF");
        reader->line = reader->at;
        progress     = chunk_line(reader, line, length - 2);
    }
    return progress;
}

static dynox__request_progress read_body(dynox__request_reader *reader, char *bytes, size_t size)
{
    if (reader->state != READ_LENGTH) return read_chunks(reader, bytes, size);
    size_t have = size - reader->head;
    if (have < reader->left) return DYNOX__REQUEST_MORE;
    reader->at = reader->end = reader->head + reader->left;
    return DYNOX__REQUEST_WHOLE;
}

dynox__request_progress dynox__request_read(dynox__request_reader *reader, char *bytes, size_t size,
                                            dynox__request_head *head)
{
    bool at_once = reader->state == READ_HEAD; /* what `head` says will then be of these bytes */
    if (reader->state == READ_FAILED) return DYNOX__REQUEST_BAD;
    if (at_once) {
        dynox__request_progress found = find_head(reader, bytes, size);
        if (found != DYNOX__REQUEST_WHOLE) return found;
        const char *wrong = read_head(head, bytes, reader->head);
        if (wrong) return bad(reader, 400, wrong);
        if (find_framing(reader, head) == DYNOX__REQUEST_BAD) return DYNOX__REQUEST_BAD;
    }
    dynox__request_progress progress = read_body(reader, bytes, size);
    if (progress != DYNOX__REQUEST_WHOLE) return progress;
    if (!at_once) read_head(head, bytes, reader->head);
    head->body      = bytes + reader->head;
    head->body_size = reader->end - reader->head;
    head->size      = reader->at;
    return DYNOX__REQUEST_WHOLE;
}

size_t dynox__request_missing(const dynox__request_reader *reader, size_t size)
{
    if (reader->state == READ_LENGTH) return reader->head + reader->left - size;
    return reader->state == READ_CHUNK ? reader->left : 1;
}
