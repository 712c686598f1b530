/* The header reader of "fetch" on lines of any form, cut as libcurl cuts them: whatever comes, what is kept is a whole
 * text that stood in the last head under the name that was asked for, and the limits hold. */
#include "base/ascii.h"
#include "fuzz.h"
#include "http/fetch/fetch_receiver.h"
#include <string.h>

enum { MOST = 700, LINE_LIMIT = 64 * 1024 };

static const char *const names[DYNOX__FETCH_WANTED] = {"x-token", "Content-Type", "a", NULL};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* What a line says about a name, read in another way than in the library. false: nothing. */
static bool value_of(const char *line, size_t size, const char *name, char *to, size_t room)
{
    size_t length = strlen(name), end = size, begin = length + 1, used = 0;
    if (size < begin || line[length] != ':') return false;
    for (size_t i = 0; i < length; i++)
        if (dynox__ascii_lower(line[i]) != dynox__ascii_lower(name[i])) return false;
    while (begin < end && (line[begin] == ' ' || line[begin] == '\t'))
        begin++;
    while (end > begin && is_blank(line[end - 1]))
        end--;
    while (begin < end && line[begin] && used + 1 < room)
        to[used++] = line[begin++];
    to[used] = 0;
    return true;
}

typedef struct reading {
    dynox__fetch_request  request;
    dynox__fetch_response response;
    dynox__fetch_receiver receiver;
    char                  expected[DYNOX__FETCH_WANTED][256];
    size_t                head_size, body_size;
    bool                  over;
} reading;

static bool is_end(const char *line, size_t size)
{
    return (size == 1 || size == 2) && (*line == '\r' || *line == '\n');
}

static bool feed_line(reading *self, const char *line, size_t size)
{
    char *copy = malloc(size ? size : 1); /* so that reading beyond it is seen */
    PROMISE(copy);
    memcpy(copy, line, size);
    bool taken = dynox__fetch_take_header(copy, 1, size, &self->receiver) == size;
    free(copy);
    self->head_size += size;
    PROMISE(taken == (self->head_size <= LINE_LIMIT) || size == 0);
    if (!taken) return false;
    if (size >= 5 && memcmp(line, "HTTP/", 5) == 0) {
        memset(self->expected, 0, sizeof self->expected);
        self->over = false;
    } else if (is_end(line, size))
        self->over = true;
    else
        for (int i = 0; !self->over && i < DYNOX__FETCH_WANTED; i++)
            if (names[i]) value_of(line, size, names[i], self->expected[i], sizeof self->expected[i]);
    PROMISE(self->receiver.head_ended == self->over);
    return true;
}

static bool feed_body(reading *self, const char *bytes, size_t size)
{
    bool   fits  = size <= MOST - self->body_size;
    size_t taken = dynox__fetch_take_body((char *)(uintptr_t)bytes, 1, size, &self->receiver);
    PROMISE(self->receiver.too_large == !fits);
    if (!fits) {
        PROMISE(taken == 0);
        return false;
    }
    PROMISE(taken == size);
    self->body_size += size;
    return true;
}

/* Lines as they are; one that begins with a zero byte is a piece of the body, and the byte after it says how often the
 * next line is repeated, so that the limits are reached. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    reading     self = {.request = {.wanted = {names[0], names[1], names[2], names[3]}}};
    const char *text = (const char *)data, *end = text + size;
    bool        going = true;
    self.receiver     = (dynox__fetch_receiver){.request = &self.request, .response = &self.response, .max_body = MOST};
    while (going && text < end) {
        const char *line = memchr(text, '\n', (size_t)(end - text));
        size_t      used = line ? (size_t)(line + 1 - text) : (size_t)(end - text);
        if (used >= 2 && text[0] == 0)
            going = feed_body(&self, text + 2, used - 2);
        else if (used >= 2 && text[0] == 1)
            for (int i = 0; going && i < (uint8_t)text[1] * 8; i++)
                going = feed_line(&self, text + 2, used - 2);
        else
            going = feed_line(&self, text, used);
        text += used;
    }
    for (int i = 0; i < DYNOX__FETCH_WANTED; i++)
        PROMISE(strcmp(self.response.wanted[i], self.expected[i]) == 0);
    PROMISE(self.response.body.size == self.body_size && self.body_size <= MOST);
    PROMISE(dynox__fetch_pad(&self.response.body));
    for (size_t i = 0; i < 64; i++)
        PROMISE(self.response.body.data[self.body_size + i] == 0);
    dynox__fetch_response_free(&self.response);
    return 0;
}
