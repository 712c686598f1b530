/* The reader of answers. Strict where leniency lets two parties disagree about where an answer ends: a bare LF, folded
 * headers, space before a colon, two different lengths, a length beside chunks and control characters are refused. */
#include "http/wire/http1_reader.h"
#include "base/spare.h"
#include "http/wire/http1_text.h"
#include "value/json/decode.h"

enum {
    READ_STATUS, /* a line each */
    READ_FIELD,
    READ_CHUNK_SIZE,
    READ_CHUNK_END,
    READ_TRAILER,
    READ_LENGTH, /* `left` bytes of the body */
    READ_CHUNK,  /* `left` bytes of a chunk */
    READ_TO_CLOSE,
    READ_DONE,
    READ_FAILED
};

enum { MAX_CHUNK_LINE = 256 };

static dynox__http1_progress bad(dynox__http1_reader *reader, const char *why)
{
    reader->state = READ_FAILED;
    reader->error = why;
    dynox__buffer_free(&reader->partial);
    return DYNOX__HTTP1_BAD;
}

static dynox__http1_progress no_memory(dynox__http1_reader *reader)
{
    reader->no_memory    = true;
    reader->body->failed = false;
    return bad(reader, "out of memory");
}

static void forget_head(dynox__http1_reader *reader)
{
    dynox__response_head *head = reader->head;
    head->status               = 0;
    head->has_crc32 = head->has_age = head->has_retry_after = false;
    head->request_id[0] = head->date[0] = head->error_type[0] = 0;
    reader->has_length = reader->chunked = reader->close = reader->keep_alive = reader->old = false;
    reader->left                                                                            = 0;
}

void dynox__http1_start(dynox__http1_reader *reader, dynox__response_head *head, dynox__buffer *body, size_t max_body)
{
    dynox__buffer_free(&reader->partial);
    *reader      = (dynox__http1_reader){.head = head, .body = body, .max_body = max_body, .state = READ_STATUS};
    body->size   = 0;
    body->failed = false;
    forget_head(reader);
}

void dynox__http1_clear(dynox__http1_reader *reader)
{
    dynox__buffer_free(&reader->partial);
}

bool dynox__http1_reusable(const dynox__http1_reader *reader)
{
    return reader->state == READ_DONE && !reader->close && (!reader->old || reader->keep_alive);
}

static dynox__http1_progress end(dynox__http1_reader *reader)
{
    if (!dynox__buffer_reserve(reader->body, DYNOX__DECODE_PADDING)) return no_memory(reader);
    memset(reader->body->data + reader->body->size, 0, DYNOX__DECODE_PADDING);
    reader->state = READ_DONE;
    return DYNOX__HTTP1_END;
}

/* ---- characters ---- */

static void keep(char *to, size_t room, const char *text, size_t size)
{
    if (to[0]) return; /* the first of several */
    if (size >= room) size = room - 1;
    memcpy(to, text, size);
    to[size] = 0;
    if (dynox__http1_is_plain(to, size)) return;
    for (size_t i = 0; i < size; i++) /* they are shown: beyond ASCII they would mean whatever they like */
        if (to[i] < ' ' || to[i] > '~') to[i] = '?';
}

/* ---- lines of the head ---- */

static dynox__http1_progress read_status(dynox__http1_reader *reader, const char *line, size_t size)
{
    if (size < 12 || memcmp(line, "HTTP/1.", 7) != 0 || (line[7] != '1' && line[7] != '0') || line[8] != ' ')
        return bad(reader, "the answer does not begin with an HTTP/1.1 status line");
    uint64_t status;
    if (!dynox__http1_decimal(line + 9, 3, 599, &status) || status < 100 || (size > 12 && line[12] != ' ') ||
        !dynox__http1_is_printable(line + 12, size - 12))
        return bad(reader, "the status line is not valid");
    reader->old          = line[7] == '0';
    reader->head->status = (int)status;
    reader->state        = READ_FIELD;
    return DYNOX__HTTP1_MORE;
}

static const char *read_length(dynox__http1_reader *reader, const char *value, size_t size)
{
    uint64_t length;
    if (!dynox__http1_decimal(value, size, INT64_MAX, &length)) return "Content-Length is not a number";
    if (reader->has_length && reader->left != length) return "there are two different Content-Lengths";
    reader->has_length = true;
    reader->left       = length;
    return NULL;
}

static const char *read_encoding(dynox__http1_reader *reader, const char *value, size_t size)
{
    if (size != 7 || !dynox__http1_is_word(value, size, "chunked") || reader->chunked)
        return "this Transfer-Encoding is not supported";
    reader->chunked = true;
    return NULL;
}

static void read_connection(dynox__http1_reader *reader, const char *value, size_t size)
{
    while (size) {
        const char *comma  = memchr(value, ',', size);
        size_t      length = comma ? (size_t)(comma - value) : size, word = length;
        const char *text = value;
        dynox__http1_trim(&text, &word);
        if (word == 5 && dynox__http1_is_word(text, word, "close")) reader->close = true;
        if (word == 10 && dynox__http1_is_word(text, word, "keep-alive")) reader->keep_alive = true;
        length += comma != NULL;
        value += length;
        size -= length;
    }
}

/* The service sends one; without a checksum that can be read, a damaged answer would pass. */
static const char *read_crc32(dynox__response_head *head, const char *value, size_t size)
{
    uint64_t number;
    if (head->has_crc32) return "x-amz-crc32 is there twice";
    if (!dynox__http1_decimal(value, size, UINT32_MAX, &number)) return "x-amz-crc32 is not a number";
    head->has_crc32 = true;
    head->crc32     = (uint32_t)number;
    return NULL;
}

/* Headers that every answer has, or that mean something to us. */
typedef enum header {
    NAME_OTHER,
    NAME_IGNORED,
    NAME_AGE,
    NAME_DATE,
    NAME_CONNECTION,
    NAME_CRC32,
    NAME_CONTENT_LENGTH,
    NAME_REQUEST_ID,
    NAME_ERROR_TYPE,
    NAME_RETRY_AFTER,
    NAME_TRANSFER_ENCODING
} header;

/* Of blanks and visible ASCII. */
static header find_name(const char *text, size_t size)
{
    switch (size) {
    case 3: return dynox__http1_is_word(text, 3, "age") ? NAME_AGE : NAME_OTHER;
    case 4: return dynox__http1_is_word(text, 4, "date") ? NAME_DATE : NAME_OTHER;
    case 6: return dynox__http1_is_word(text, 6, "server") ? NAME_IGNORED : NAME_OTHER;
    case 10: return dynox__http1_is_word(text, 10, "connection") ? NAME_CONNECTION : NAME_OTHER;
    case 11: return dynox__http1_is_word(text, 11, "x-amz-crc32") ? NAME_CRC32 : NAME_OTHER;
    case 12: return dynox__http1_is_word(text, 12, "content-type") ? NAME_IGNORED : NAME_OTHER;
    case 14: return dynox__http1_is_word(text, 14, "content-length") ? NAME_CONTENT_LENGTH : NAME_OTHER;
    case 16:
        if (dynox__http1_is_word(text, 16, "x-amzn-requestid")) return NAME_REQUEST_ID;
        return dynox__http1_is_word(text, 16, "x-amzn-errortype") ? NAME_ERROR_TYPE : NAME_OTHER;
    case 17:
        if (dynox__http1_is_word(text, 17, "x-amz-retry-after")) return NAME_RETRY_AFTER;
        return dynox__http1_is_word(text, 17, "transfer-encoding") ? NAME_TRANSFER_ENCODING : NAME_OTHER;
    default: return NAME_OTHER;
    }
}

/* NULL, or what is wrong. */
static const char *read_known(dynox__http1_reader *reader, header known, const char *value, size_t size)
{
    dynox__response_head *head = reader->head;
    uint64_t              number;
    switch (known) {
    case NAME_AGE: head->has_age = true; break;
    case NAME_DATE: keep(head->date, sizeof head->date, value, size); break;
    case NAME_CONNECTION: read_connection(reader, value, size); break;
    case NAME_CRC32: return read_crc32(head, value, size);
    case NAME_CONTENT_LENGTH: return read_length(reader, value, size);
    case NAME_REQUEST_ID: keep(head->request_id, sizeof head->request_id, value, size); break;
    case NAME_ERROR_TYPE: keep(head->error_type, sizeof head->error_type, value, size); break;
    case NAME_RETRY_AFTER:
        if (!dynox__http1_decimal(value, size, INT64_MAX, &number)) break;
        head->has_retry_after = true;
        head->retry_after_ms  = (int64_t)number;
        break;
    case NAME_TRANSFER_ENCODING: return read_encoding(reader, value, size);
    case NAME_IGNORED:
    case NAME_OTHER: break;
    }
    return NULL;
}

static dynox__http1_progress head_complete(dynox__http1_reader *reader)
{
    int status = reader->head->status;
    if (reader->chunked && (reader->has_length || reader->old))
        return bad(reader, "it is not clear where the answer ends: chunks beside a length or in HTTP/1.0");
    if (status == 101) return bad(reader, "the server wants to speak another protocol");
    if (status < 200) { /* an interim answer: the real one follows */
        forget_head(reader);
        reader->state = READ_STATUS;
        return DYNOX__HTTP1_MORE;
    }
    if (status == 204 || status == 304) return end(reader);
    if (reader->chunked) {
        reader->state = READ_CHUNK_SIZE;
        return DYNOX__HTTP1_MORE;
    }
    if (!reader->has_length) {
        reader->close = true;
        reader->state = READ_TO_CLOSE;
        return DYNOX__HTTP1_MORE;
    }
    if (reader->left > reader->max_body) return bad(reader, "the answer is larger than the limit");
    size_t need = (size_t)reader->left + DYNOX__DECODE_PADDING;
    if (reader->body->capacity < need) { /* exactly what is needed: growing would double it */
        char *data = dynox__spare_take(&need);
        if (!data) return no_memory(reader);
        dynox__buffer_free(reader->body); /* nothing is in it */
        *reader->body = (dynox__buffer){.data = data, .capacity = need};
    }
    reader->state = READ_LENGTH;
    return reader->left ? DYNOX__HTTP1_MORE : end(reader);
}

static dynox__http1_progress read_field(dynox__http1_reader *reader, const char *line, size_t size)
{
    if (size == 0) return reader->state == READ_TRAILER ? end(reader) : head_complete(reader);
    if (++reader->fields > DYNOX__HTTP1_MAX_FIELDS) return bad(reader, "there are too many headers");
    const char *colon = memchr(line, ':', size);
    if (!colon) return bad(reader, "a header is not valid");
    size_t      name_size = (size_t)(colon - line), value_size = size - name_size - 1;
    const char *value = colon + 1;
    bool        plain = dynox__http1_is_plain(line, size);
    header      known = plain ? find_name(line, name_size) : NAME_OTHER;
    if (known == NAME_OTHER && !dynox__http1_is_token(line, name_size)) return bad(reader, "a header is not valid");
    if (!plain && !dynox__http1_is_printable(value, value_size))
        return bad(reader, "a header holds control characters");
    if (reader->state == READ_TRAILER) return DYNOX__HTTP1_MORE;
    if (!plain) known = find_name(line, name_size); /* a token is plain, too */
    dynox__http1_trim(&value, &value_size);
    const char *wrong = read_known(reader, known, value, value_size);
    return wrong ? bad(reader, wrong) : DYNOX__HTTP1_MORE;
}

static dynox__http1_progress read_chunk_size(dynox__http1_reader *reader, const char *line, size_t size)
{
    uint64_t chunk;
    if (!dynox__http1_chunk_size(line, size, &chunk)) return bad(reader, "the size of a chunk is not valid");
    if (chunk > reader->max_body - reader->body->size) return bad(reader, "the answer is larger than the limit");
    reader->left  = chunk;
    reader->state = chunk ? READ_CHUNK : READ_TRAILER;
    return DYNOX__HTTP1_MORE;
}

static dynox__http1_progress read_line(dynox__http1_reader *reader, const char *line, size_t size)
{
    switch (reader->state) {
    case READ_STATUS: return read_status(reader, line, size);
    case READ_CHUNK_SIZE: return read_chunk_size(reader, line, size);
    case READ_CHUNK_END:
        if (size) return bad(reader, "a chunk is longer than its size says");
        reader->state = READ_CHUNK_SIZE;
        return DYNOX__HTTP1_MORE;
    default: return read_field(reader, line, size);
    }
}

/* ---- pieces ---- */

/* Takes a line from the bytes, together with what came of it before. */
/* As far as it has come: who greets, or speaks TLS or HTTP/2, may never end a line. */
static bool begins_like_http(const dynox__http1_reader *reader, const char *bytes, size_t count)
{
    static const char start[] = "HTTP/1.";
    size_t            before  = reader->partial.size;
    for (size_t i = 0; before + i < sizeof start - 1 && i < count; i++)
        if (bytes[i] != start[before + i]) return false;
    return true;
}

static dynox__http1_progress take_line(dynox__http1_reader *reader, const char *bytes, size_t size, size_t *used)
{
    const char *newline = memchr(bytes, '\n', size);
    size_t      count   = newline ? (size_t)(newline - bytes) + 1 : size;
    *used               = count;
    if (reader->state == READ_CHUNK_SIZE || reader->state == READ_CHUNK_END) {
        if (reader->partial.size + count > MAX_CHUNK_LINE) return bad(reader, "the size of a chunk is not valid");
    } else {
        if (count > DYNOX__HTTP1_MAX_HEAD - reader->head_bytes) return bad(reader, "the headers are too long");
        reader->head_bytes += count;
    }
    if (reader->state == READ_STATUS && !begins_like_http(reader, bytes, count))
        return bad(reader, "the answer does not begin with an HTTP/1.1 status line");
    if (!newline || reader->partial.size) {
        dynox__buffer_add(&reader->partial, bytes, count);
        if (reader->partial.failed) return no_memory(reader);
        if (!newline) return DYNOX__HTTP1_MORE;
        bytes = reader->partial.data;
        count = reader->partial.size;
    }
    if (count < 2 || bytes[count - 2] != '\r') return bad(reader, "a line does not end with CR LF");
    dynox__http1_progress progress = read_line(reader, bytes, count - 2);
    reader->partial.size           = 0;
    if (progress == DYNOX__HTTP1_END || reader->state >= READ_LENGTH) dynox__buffer_free(&reader->partial);
    return progress;
}

/* Takes bytes of the body. */
static dynox__http1_progress take_body(dynox__http1_reader *reader, const char *bytes, size_t size, size_t *used)
{
    bool to_close = reader->state == READ_TO_CLOSE;
    if (!to_close && size > reader->left) size = (size_t)reader->left;
    if (size > reader->max_body - reader->body->size) return bad(reader, "the answer is larger than the limit");
    dynox__buffer_add(reader->body, bytes, size);
    if (reader->body->failed) return no_memory(reader);
    *used = size;
    if (to_close || (reader->left -= size) != 0) return DYNOX__HTTP1_MORE;
    if (reader->state == READ_LENGTH) return end(reader);
    reader->state = READ_CHUNK_END;
    return DYNOX__HTTP1_MORE;
}

dynox__http1_progress dynox__http1_read(dynox__http1_reader *reader, const char *bytes, size_t size, size_t *used)
{
    dynox__http1_progress progress = DYNOX__HTTP1_MORE;
    *used                          = 0;
    if (reader->state == READ_FAILED) return DYNOX__HTTP1_BAD;
    if (reader->state == READ_DONE) return DYNOX__HTTP1_END;
    while (*used < size && progress == DYNOX__HTTP1_MORE) {
        size_t taken = 0;
        progress     = reader->state >= READ_LENGTH ? take_body(reader, bytes + *used, size - *used, &taken)
                                                    : take_line(reader, bytes + *used, size - *used, &taken);
        *used += taken;
    }
    return progress;
}

size_t dynox__http1_room(dynox__http1_reader *reader, char **room)
{
    if (reader->state != READ_LENGTH) return 0;
    *room = reader->body->data + reader->body->size;
    return (size_t)reader->left;
}

dynox__http1_progress dynox__http1_filled(dynox__http1_reader *reader, size_t count)
{
    reader->body->size += count;
    return (reader->left -= count) != 0 ? DYNOX__HTTP1_MORE : end(reader);
}

dynox__http1_progress dynox__http1_closed(dynox__http1_reader *reader)
{
    if (reader->state == READ_DONE) return DYNOX__HTTP1_END;
    if (reader->state == READ_TO_CLOSE) return end(reader);
    if (reader->state == READ_FAILED) return DYNOX__HTTP1_BAD;
    bool begun = reader->head_bytes > 0;
    return bad(reader,
               begun ? "the connection ended in the middle of the answer" : "the connection ended without an answer");
}
