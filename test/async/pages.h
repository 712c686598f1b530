/* A stream of things in pages, each fetched from the service: what a query looks like to this floor. */
#ifndef DYNOX_TEST_PAGES_H
#define DYNOX_TEST_PAGES_H

#include "async/service.h"
#include <dynox/stream.h>

enum { PAGE_SIZE = 7 };

typedef struct pages {
    dynox_stream stream;
    int          page, page_count, next; /* the item that is next in this page; PAGE_SIZE: fetch */
    int          fail_at;                /* page; -1: none */
    thing       *first;                  /* the page came with it */
    thing        items[PAGE_SIZE];
    dynox_error  error;
} pages;

static _Atomic int streams_alive;

static dynox_stream_state pages_next(dynox_stream *stream, const void **item)
{
    pages *self = (pages *)(void *)stream;
    if (self->error.status != DYNOX_OK) return DYNOX_STREAM_FAILED;
    if (self->next < PAGE_SIZE) {
        *item = &self->items[self->next++];
        return DYNOX_STREAM_ITEM;
    }
    return self->page == self->page_count ? DYNOX_STREAM_END : DYNOX_STREAM_WAIT;
}

static dynox_outcome pages_store(dynox_future *fetched, void *stream)
{
    pages *self = stream;
    thing *first;
    DYNOX_TAKE(first, fetched);
    thing_free(self->first);
    self->first = first;
    if (self->page == self->fail_at) {
        dynox_error_set(&self->error, DYNOX_E_VALIDATION, "page %d is bad", self->page);
        return dynox_fail_with(&self->error);
    }
    for (int i = 0; i < PAGE_SIZE; i++)
        self->items[i].id = first->id + i;
    self->next = 0;
    self->page++;
    return dynox_ok(NULL, NULL);
}

static dynox_future *pages_fill(dynox_stream *stream)
{
    pages *self = (pages *)(void *)stream;
    return dynox_then(get_thing(self->page * PAGE_SIZE), pages_store, self, .on = dynox_executor_inline());
}

static const dynox_error *pages_error(dynox_stream *stream)
{
    pages *self = (pages *)(void *)stream;
    return self->error.status != DYNOX_OK ? &self->error : NULL;
}

static void pages_destroy(dynox_stream *stream)
{
    pages *self = (pages *)(void *)stream;
    thing_free(self->first);
    counted_free(self);
    atomic_fetch_sub(&streams_alive, 1);
}

/* NULL: out of memory. Items have the ids 0, 1, 2 and so on. */
static inline dynox_stream *pages_new(int page_count, int fail_at)
{
    static const dynox_stream_class class = {
        .name = "pages", .next = pages_next, .fill = pages_fill, .error = pages_error, .destroy = pages_destroy};
    pages *made = counted_malloc(sizeof *made);
    if (!made) return NULL;
    *made = (pages){.stream = {&class}, .page_count = page_count, .next = PAGE_SIZE, .fail_at = fail_at};
    atomic_fetch_add(&streams_alive, 1);
    return &made->stream;
}

#endif
