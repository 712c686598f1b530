/* Puts answers together, and bends them. */
#include "message.h"
#include "server.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

static void add_date(int64_t offset, struct bytes *out)
{
    char      text[64];
    time_t    at = time(NULL) + (time_t)offset;
    struct tm parts;
    gmtime_r(&at, &parts);
    strftime(text, sizeof text, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
    bytes_add_text(out, text);
}

void answer_make(const struct fault *fault, const char *target, size_t target_size, struct bytes *out)
{
    static unsigned long made;
    struct bytes         body = {0};
    if (!fault || fault->status == 0) {
        script_write(target, target_size, fault ? fault->unprocessed : 0, &body);
    } else if (fault->type[0]) {
        const char *prefix = strchr(fault->type, '#') ? "" : "com.amazonaws.dynamodb.v20120810#";
        bytes_format(&body, "{\"__type\":\"%s%s\",\"message\":\"made by the fault server\"", prefix, fault->type);
        if (strstr(fault->type, "TransactionCanceled"))
            bytes_format(&body, ",\"CancellationReasons\":%s", script_reasons());
        bytes_add_text(&body, "}");
    }
    bytes_format(out, "HTTP/1.1 %d %s\r\n", fault && fault->status ? fault->status : 200,
                 fault && fault->status >= 300 ? "Fault" : "OK");
    bytes_add_text(out, "Server: faultserver\r\n");
    add_date(0, out);
    bytes_format(out,
                 "Content-Type: application/x-amz-json-1.0\r\nContent-Length: %zu\r\n"
                 "x-amzn-RequestId: FAULTSERVER%041lu\r\nx-amz-crc32: %lu\r\n\r\n",
                 body.size, ++made, (unsigned long)message_crc32(body.data ? body.data : "", body.size));
    bytes_add(out, body.data, body.size);
    bytes_free(&body);
}

static void add_chunks(const struct bytes *body, size_t chunk, struct bytes *out)
{
    for (size_t at = 0; at < body->size; at += chunk) {
        size_t size = body->size - at < chunk ? body->size - at : chunk;
        bytes_format(out, "%zx\r\n", size);
        bytes_add(out, body->data + at, size);
        bytes_add_text(out, "\r\n");
    }
    bytes_add_text(out, "0\r\n\r\n");
}

/* The header lines that change, and the end of the head. */
static void end_head(const struct fault *fault, const struct bytes *body, uint32_t crc, struct bytes *out)
{
    if (fault->redate) add_date(fault->date_offset, out);
    if (fault->bad_crc) bytes_format(out, "x-amz-crc32: %lu\r\n", (unsigned long)(crc ^ 1));
    if (fault->header_name[0]) bytes_format(out, "%s: %s\r\n", fault->header_name, fault->header_value);
    if (fault->chunk) {
        bytes_add_text(out, "Transfer-Encoding: chunked\r\n\r\n");
    } else {
        bytes_format(out, "Content-Length: %zu\r\n\r\n", body->size);
    }
}

void answer_bend(const struct fault *fault, struct bytes *answer, size_t *head_size)
{
    const char    *without[6] = {"Content-Length", "Transfer-Encoding"};
    size_t         dropped    = 2;
    struct message message    = {0};
    struct bytes   body = {0}, out = {0};
    message_look(&message, answer, true, true);
    message_body(&message, answer, &body);
    uint32_t crc = message_crc32(body.data ? body.data : "", body.size);
    if (fault->empty) bytes_clear(&body);
    if (fault->garble && body.data && body.size) body.data[body.size / 2] ^= 1;
    if (fault->header_name[0]) without[dropped++] = fault->header_name;
    if (fault->redate) without[dropped++] = "Date";
    if (fault->bad_crc || fault->empty) without[dropped++] = "x-amz-crc32";
    if (fault->interim) bytes_format(&out, "HTTP/1.1 %d Wait\r\nX-Interim: yes\r\n\r\n", fault->interim);
    message_copy_head(answer->data, message.head_size, without, &out);
    end_head(fault, &body, crc, &out);
    *head_size = out.size;
    if (fault->chunk) {
        add_chunks(&body, fault->chunk, &out);
    } else {
        bytes_add(&out, body.data, body.size);
    }
    bytes_free(&body);
    bytes_free(answer);
    *answer = out;
}
