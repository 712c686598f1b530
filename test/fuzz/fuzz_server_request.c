/* The server's reader of requests on arbitrary bytes, cut into arbitrary pieces: it must stay within what it was given,
 * and must come to the same result as when it gets everything at once. */
#include "local/server/request.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) abort();
}

typedef struct reading {
    dynox__request_reader   reader;
    dynox__request_head     head;
    dynox__request_progress progress;
    char                   *bytes;
} reading;

/* Each time a bit more, in memory of exactly that size. `cuts` chooses the sizes; NULL: all at once. */
static void read_all(reading *self, const char *text, size_t size, const uint8_t *cuts, size_t cut_count)
{
    size_t have    = 0;
    self->reader   = (dynox__request_reader){.state = 0};
    self->progress = DYNOX__REQUEST_MORE;
    self->bytes    = NULL;
    for (size_t i = 0; have < size && self->progress == DYNOX__REQUEST_MORE; i++) {
        size_t more = cuts ? 1u + cuts[i % cut_count] % 37u : size;
        if (more > size - have) more = size - have;
        self->bytes = realloc(self->bytes, have + more);
        memcpy(self->bytes + have, text + have, more);
        have += more;
        self->progress = dynox__request_read(&self->reader, self->bytes, have, &self->head);
    }
    if (self->progress == DYNOX__REQUEST_MORE) require(dynox__request_missing(&self->reader, have) > 0);
    if (self->progress == DYNOX__REQUEST_BAD) require(self->reader.error && self->reader.status >= 400);
    if (self->progress == DYNOX__REQUEST_WHOLE) require(self->head.size <= have && self->head.body_size <= have);
}

static bool same(dynox__span a, dynox__span b)
{
    return a.size == b.size && !a.data == !b.data && (!a.size || memcmp(a.data, b.data, a.size) == 0);
}

/* The first byte says how many of the following choose the cuts. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static reading whole, pieces;
    size_t         cut_count = size ? 1u + data[0] % 8u : 0;
    if (size < 1 + cut_count) return 0;
    const char *text = (const char *)data + 1 + cut_count;
    size_t      rest = size - 1 - cut_count;
    read_all(&whole, text, rest, NULL, 0);
    read_all(&pieces, text, rest, data + 1, cut_count);
    require(whole.progress == pieces.progress && whole.reader.status == pieces.reader.status);
    if (whole.progress == DYNOX__REQUEST_WHOLE) {
        require(whole.head.size == pieces.head.size && whole.head.field_count == pieces.head.field_count);
        require(same(whole.head.method, pieces.head.method) && same(whole.head.path, pieces.head.path));
        require(same((dynox__span){whole.head.body, whole.head.body_size},
                     (dynox__span){pieces.head.body, pieces.head.body_size}));
        for (int i = 0; i < DYNOX__HEADER_COUNT; i++)
            require(same(whole.head.header[i], pieces.head.header[i]));
    }
    free(whole.bytes);
    free(pieces.bytes);
    return 0;
}
