/* The reader of HTTP answers on arbitrary bytes, cut into arbitrary pieces: it must stay within its limits, and must
 * come to the same result as when it gets everything at once. */
#include "http/wire/http1_reader.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LIMIT = 4096 };

typedef struct reading {
    dynox__http1_reader   reader;
    dynox__response_head  head;
    dynox__buffer         body;
    dynox__http1_progress progress;
    size_t                used;
} reading;

static void require(bool condition)
{
    if (!condition) abort();
}

/* `cuts` chooses the sizes of the pieces; NULL: one piece. */
static void read_all(reading *self, const char *text, size_t size, const uint8_t *cuts, size_t cut_count)
{
    *self = (reading){0};
    dynox__http1_start(&self->reader, &self->head, &self->body, LIMIT);
    for (size_t i = 0; self->used < size && self->progress == DYNOX__HTTP1_MORE; i++) {
        size_t left = size - self->used, piece = cuts ? 1u + cuts[i % cut_count] % 37u : left, used = 0;
        char  *room;
        if (piece > left) piece = left;
        size_t in_place = cuts && cuts[i % cut_count] & 0x80 ? dynox__http1_room(&self->reader, &room) : 0;
        if (in_place) {
            if (piece > in_place) piece = in_place;
            memcpy(room, text + self->used, piece);
            used           = piece;
            self->progress = dynox__http1_filled(&self->reader, piece);
        } else {
            self->progress = dynox__http1_read(&self->reader, text + self->used, piece, &used);
        }
        require(used <= piece && (used == piece || self->progress != DYNOX__HTTP1_MORE));
        self->used += used;
    }
    if (self->progress == DYNOX__HTTP1_MORE) self->progress = dynox__http1_closed(&self->reader);
    require(self->body.size <= LIMIT);
    require(self->progress != DYNOX__HTTP1_BAD || self->reader.error);
    require(memchr(self->head.request_id, 0, sizeof self->head.request_id) &&
            memchr(self->head.error_type, 0, sizeof self->head.error_type) &&
            memchr(self->head.date, 0, sizeof self->head.date));
    for (int i = 0; self->progress == DYNOX__HTTP1_END && i < 64; i++)
        require(self->body.data[self->body.size + (size_t)i] == 0);
}

static void forget(reading *self)
{
    dynox__http1_clear(&self->reader);
    dynox__buffer_free(&self->body);
}

/* The first byte says how many of the following choose the cuts. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t cut_count = size ? 1u + data[0] % 8u : 0;
    if (size < 1 + cut_count) return 0;
    const char *text = (const char *)data + 1 + cut_count;
    size_t      rest = size - 1 - cut_count;
    reading     whole, pieces;
    read_all(&whole, text, rest, NULL, 0);
    read_all(&pieces, text, rest, data + 1, cut_count);
    require(whole.progress == pieces.progress && whole.head.status == pieces.head.status);
    if (whole.progress == DYNOX__HTTP1_END) {
        require(whole.used == pieces.used && whole.body.size == pieces.body.size);
        require(whole.body.size == 0 || memcmp(whole.body.data, pieces.body.data, whole.body.size) == 0);
        require(dynox__http1_reusable(&whole.reader) == dynox__http1_reusable(&pieces.reader));
    }
    forget(&whole);
    forget(&pieces);
    return 0;
}
