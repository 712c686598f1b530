/* Headers and bytes of an answer, as libcurl hands them over. */
#include "http/fetch/fetch_receiver.h"
#include "base/ascii.h"
#include <stdio.h>
#include <string.h>

enum { MAX_HEAD = 64 * 1024, PADDING = 64 };

/* As dynox__buffer_reserve, but what the old memory held is wiped: answers hold secrets. */
static bool reserve(dynox__buffer *body, size_t more)
{
    size_t need, doubled;
    if (body->capacity - body->size >= more) return true;
    if (!dynox__add_size(body->size, more, &need)) return false;
    doubled             = body->capacity > SIZE_MAX / 2 ? need : body->capacity * 2;
    dynox__buffer grown = {.size = body->size, .capacity = need > doubled ? need : doubled};
    grown.data          = dynox__malloc(grown.capacity);
    if (!grown.data) return false;
    if (body->size) memcpy(grown.data, body->data, body->size);
    if (body->data) dynox__wipe(body->data, body->capacity);
    dynox__free(body->data);
    *body = grown;
    return true;
}

size_t dynox__fetch_take_body(char *bytes, size_t one, size_t count, void *arg)
{
    dynox__fetch_receiver *self = arg;
    dynox__buffer         *body = &self->response->body;
    (void)one;
    self->too_large = count > self->max_body - body->size;
    if (self->too_large) return 0;
    self->no_memory = !reserve(body, count + PADDING);
    if (self->no_memory) return 0;
    memcpy(body->data + body->size, bytes, count);
    body->size += count;
    return count;
}

static void take_wanted(dynox__fetch_receiver *self, const char *line, size_t length)
{
    const char *colon = memchr(line, ':', length);
    size_t      name  = colon ? (size_t)(colon - line) : 0;
    for (int i = 0; colon && i < DYNOX__FETCH_WANTED; i++) {
        const char *wanted = self->request->wanted[i];
        if (!wanted || strlen(wanted) != name || !dynox__ascii_same_n(wanted, line, name)) continue;
        const char *value = colon + 1, *end = line + length;
        while (value < end && (*value == ' ' || *value == '\t'))
            value++;
        while (end > value && memchr(" \t\r\n", end[-1], 4))
            end--;
        snprintf(self->response->wanted[i], sizeof self->response->wanted[i], "%.*s", (int)(end - value), value);
    }
}

size_t dynox__fetch_take_header(char *line, size_t one, size_t length, void *arg)
{
    dynox__fetch_receiver *self = arg;
    (void)one;
    self->head_size += length;
    self->too_large = self->head_size > MAX_HEAD;
    if (self->too_large) return 0;
    if (length >= 5 && memcmp(line, "HTTP/", 5) == 0) { /* also after an interim answer */
        self->head_ended = false;
        memset(self->response->wanted, 0, sizeof self->response->wanted);
    } else if (length >= 1 && length <= 2 && (*line == '\r' || *line == '\n'))
        self->head_ended = true;
    else if (!self->head_ended) /* what comes behind the body must not replace what stood before it */
        take_wanted(self, line, length);
    return length;
}

bool dynox__fetch_pad(dynox__buffer *body)
{
    if (!reserve(body, PADDING)) return false;
    memset(body->data + body->size, 0, PADDING);
    return true;
}
