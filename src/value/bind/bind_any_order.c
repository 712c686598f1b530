/* Records whose attributes come in an order that nobody can guess, each in another one. What makes that slow is not
 * looking up the names: the processor cannot foresee which kind of content comes next, and each time it is wrong costs
 * it as much as reading a text. So contents are only found here, without a look at kinds, and are read at the end, in
 * the order of the declaration, which is always the same. */
#include "value/bind/bind_read.h"

dynox__spot *dynox__bind_spots_new(dynox__binder *binder)
{
    size_t       size  = binder->shape->count * sizeof(dynox__spot);
    dynox__spot *spots = dynox__arena_alloc(&binder->room->arena, size);
    if (spots) memset(spots, 0, size);
    return spots;
}

static uint8_t *read_spot(dynox__binder *binder, const dynox__member *member, void *record)
{
    dynox__spot *spot  = &binder->spots[member->index];
    uint8_t     *start = spot->start;
    spot->start        = NULL;
    if (member->kind == DYNOX_KIND_STRING_) {
        *spot->stop = 0;
        dynox__put_text((char *)record + member->offset, start);
    } else if (!dynox__bind_content(binder, start, member, record)) {
        return NULL;
    }
    dynox__put_has(member, record);
    return start;
}

static bool read_spots(dynox__binder *binder, void *record)
{
    const dynox__shape *shape = binder->shape;
    for (size_t i = 0; i < shape->count; i++)
        if (binder->spots[i].start && !read_spot(binder, &shape->members[i], record)) return false;
    return true;
}

/* Texts of up to 31 bytes in one step: how many it takes cannot be foreseen either. */
static inline uint8_t *scan_plain(uint8_t *p)
{
    for (;; p += 2 * DYNOX__SCAN_STEP) {
        uint64_t mask = dynox__scan_mask(p), next = dynox__scan_mask(p + DYNOX__SCAN_STEP);
        if (mask | next) return p + (mask ? dynox__scan_first(mask) : DYNOX__SCAN_STEP + dynox__scan_first(next));
    }
}

/* The content of an attribute that comes as it nearly always does: notes where it is if it is in quotes, reads it if it
 * is not, or if a look at its bytes is not enough. `start`: of the content, if it is in quotes. What follows it. */
static inline uint8_t *take(dynox__binder *binder, uint8_t *p, uint8_t *start, const dynox__member *member,
                            void *record)
{
    dynox__spot *spot = &binder->spots[member->index];
    if (spot->start && !read_spot(binder, member, record)) return NULL; /* it is there twice: the last one counts */
    if (!member->opener) {
        uint8_t *stop = scan_plain(start);
        if (*stop == '"') {
            *spot = (dynox__spot){start, stop};
            return stop + 1;
        }
    }
    p = dynox__bind_content(binder, p + member->begin_length, member, record);
    if (p) dynox__put_has(member, record);
    return p;
}

uint8_t *dynox__bind_any_order(dynox__binder *binder, uint8_t *p, void *record)
{
    dynox__reader *reader = binder->reader;
    for (bool more = true; p && more;) {
        uint8_t             *name_end;
        const dynox__member *member = dynox__bind_find_plain(binder->shape, p, &name_end);
        if (member) {
            /* Where its content is, if it is in quotes, needs no knowledge of the member. */
            p = take(binder, p, name_end + strlen("\":{\"S\":\""), member, record);
            if (p) p = dynox__bind_goes_on(p) ? p + 2 : dynox__bind_next(reader, p, &more);
        } else {
            if (!read_spots(binder, record)) return NULL; /* it may be one of those: the last one counts */
            p = dynox__bind_any(binder, p, binder->shape, record, 1, &member, &more);
        }
    }
    return p && read_spots(binder, record) ? p : NULL;
}
