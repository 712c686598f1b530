/* Reads the framing of HTTP/1.1 messages. */
#include "message.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *message_header(const char *head, size_t head_size, const char *name, size_t *size)
{
    size_t      length = strlen(name);
    const char *end    = head + head_size;
    for (const char *line = head; line < end;) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        if (!stop) break;
        if ((size_t)(stop - line) > length && line[length] == ':' && strncasecmp(line, name, length) == 0) {
            const char *value = line + length + 1;
            while (value < stop && (*value == ' ' || *value == '\t'))
                value++;
            while (stop > value && isspace((unsigned char)stop[-1]))
                stop--;
            *size = (size_t)(stop - value);
            return value;
        }
        line = stop + 1;
    }
    return NULL;
}

static bool header_has(const char *head, size_t head_size, const char *name, const char *word)
{
    size_t      size, length = strlen(word);
    const char *value = message_header(head, head_size, name, &size);
    for (; value && size >= length; value++, size--) {
        if (strncasecmp(value, word, length) == 0) return true;
    }
    return false;
}

static bool read_head(struct message *message, const struct bytes *bytes, bool is_answer)
{
    size_t size;
    if (is_answer) message->status = (int)strtol(bytes->data + 9, NULL, 10);
    message->chunked     = header_has(bytes->data, message->head_size, "Transfer-Encoding", "chunked");
    message->close       = header_has(bytes->data, message->head_size, "Connection", "close");
    message->chunk_at    = message->head_size;
    bool        bodiless = is_answer && (message->status < 200 || message->status == 204 || message->status == 304);
    const char *length   = message_header(bytes->data, message->head_size, "Content-Length", &size);
    if (length && !bodiless) {
        unsigned long long value = strtoull(length, NULL, 10);
        if (value > MESSAGE_LIMIT) return false;
        message->body_size = (size_t)value;
    }
    message->until_close = is_answer && !bodiless && !message->chunked && !length;
    return true;
}

/* Walks over chunks as long as they are whole. */
static enum message_state walk_chunks(struct message *message, const struct bytes *bytes)
{
    for (;;) {
        const char *start = bytes->data + message->chunk_at;
        const char *line  = memchr(start, '\n', bytes->size - message->chunk_at);
        if (!line) return MESSAGE_PARTIAL;
        char         *end;
        unsigned long size = strtoul(start, &end, 16);
        if (end == start || size > MESSAGE_LIMIT) return MESSAGE_BAD;
        size_t data_at = (size_t)(line + 1 - bytes->data);
        if (size == 0) { /* trailers, up to an empty line */
            const char *last = strstr(line - 1, "\r\n\r\n");
            if (!last) return MESSAGE_PARTIAL;
            message->size = (size_t)(last + 4 - bytes->data);
            return MESSAGE_WHOLE;
        }
        if (data_at + size + 2 > bytes->size) return MESSAGE_PARTIAL;
        message->chunk_at = data_at + size + 2;
    }
}

enum message_state message_look(struct message *message, const struct bytes *bytes, bool is_answer, bool ended)
{
    if (bytes->size == 0) return MESSAGE_PARTIAL;
    if (bytes->size > MESSAGE_LIMIT) return MESSAGE_BAD;
    if (message->head_size == 0) {
        const char *end = strstr(bytes->data, "\r\n\r\n");
        if (!end) return bytes->size > HEAD_LIMIT || strlen(bytes->data) < bytes->size ? MESSAGE_BAD : MESSAGE_PARTIAL;
        message->head_size = (size_t)(end + 4 - bytes->data);
        if (message->head_size < 16 || !read_head(message, bytes, is_answer)) return MESSAGE_BAD;
    }
    if (message->chunked) return walk_chunks(message, bytes);
    message->size = message->until_close ? bytes->size : message->head_size + message->body_size;
    if (message->until_close) return ended ? MESSAGE_WHOLE : MESSAGE_PARTIAL;
    return bytes->size >= message->size ? MESSAGE_WHOLE : MESSAGE_PARTIAL;
}

void message_body(const struct message *message, const struct bytes *bytes, struct bytes *body)
{
    if (!message->chunked) {
        bytes_add(body, bytes->data + message->head_size, message->size - message->head_size);
        return;
    }
    const char   *chunk = bytes->data + message->head_size;
    unsigned long size;
    while ((size = strtoul(chunk, NULL, 16)) > 0) {
        chunk = strchr(chunk, '\n') + 1;
        bytes_add(body, chunk, size);
        chunk += size + 2;
    }
}

void message_copy_head(const char *head, size_t head_size, const char *const *without, struct bytes *to)
{
    const char *end = head + head_size - 2;
    for (const char *line = head, *stop; line < end; line = stop) {
        stop      = (const char *)memchr(line, '\n', (size_t)(end - line)) + 1;
        bool keep = true;
        for (const char *const *name = without; *name && keep; name++) {
            size_t length = strlen(*name);
            keep          = strncasecmp(line, *name, length) != 0 || line[length] != ':';
        }
        if (keep) bytes_add(to, line, (size_t)(stop - line));
    }
}

uint32_t message_crc32(const char *data, size_t size)
{
    uint32_t crc = 0xffffffffu;
    for (size_t i = 0; i < size; i++) {
        crc ^= (unsigned char)data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}
