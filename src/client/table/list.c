/* Lists, page by page and as streams of their elements. */
#include "client/table/list.h"
#include "client/core/pages.h"
#include "client/table/table_parts.h"
#include <string.h>

enum { LARGEST_PAGE = 100 };

/* ---- one page ---- */

static void subject(dynox__request_writer *writer, const dynox__list_kind *kind, const char *text)
{
    if (kind->of_arn)
        dynox__request_arn(writer, kind->subject_member, text);
    else if (text && *text)
        dynox__request_table(writer, text);
}

dynox_future *dynox__list_page(dynox_client *client, const dynox__list_kind *kind, const dynox__list_request *request,
                               const dynox__call_options *options, dynox_error *error)
{
    dynox__request_writer writer = {.error = *error};
    dynox__request_begin(&writer, client, &kind->control.operation, options);
    if (kind->subject_member) subject(&writer, kind, request->subject);
    if (request->start && request->start[0]) dynox__request_text(&writer, kind->start_member, request->start);
    if (request->page_size > LARGEST_PAGE)
        dynox__request_refuse(&writer, DYNOX_E_ARGUMENT, "page_size is %u: the service allows 1 to %d",
                              request->page_size, LARGEST_PAGE);
    dynox__request_number(&writer, "Limit", request->page_size);
    dynox__request_text(&writer, "BackupType", request->type);
    dynox__request_time(&writer, "TimeRangeLowerBound", request->after);
    dynox__request_time(&writer, "TimeRangeUpperBound", request->before);
    return dynox__request_send(&writer);
}

/* ---- the stream ---- */

typedef struct list_stream {
    dynox__pages            pages; /* first */
    const dynox__list_kind *kind;
    dynox_client           *client;
    dynox__call_options     options;
    dynox__list_request     request; /* its texts are owned */
    void                   *page;    /* the current one; owned */
    size_t                  at;
} list_stream;

static const void *take(dynox__pages *pages)
{
    list_stream *self = (list_stream *)pages;
    return self->page ? self->kind->element(self->page, self->at++) : NULL;
}

static bool wants_page(const dynox__pages *pages)
{
    const list_stream *self = (const list_stream *)pages;
    return !self->page || (!self->kind->element(self->page, self->at) && self->kind->next(self->page));
}

/* Where the page behind the current one begins. */
static const char *position(const list_stream *self)
{
    return self->page ? self->kind->next(self->page) : self->request.start;
}

static dynox_future *fetch(dynox__pages *pages)
{
    list_stream        *self    = (list_stream *)pages;
    dynox_error         error   = {0};
    dynox__list_request request = self->request;
    request.start               = position(self);
    return dynox__list_page(self->client, self->kind, &request, &self->options, &error);
}

static void end_page(list_stream *self)
{
    if (self->page) self->kind->control.operation.type->destroy(self->page);
    self->page = NULL;
}

/* It would go on like that for ever. */
static bool repeats(const list_stream *self, const void *page)
{
    const char *asked = position(self), *next = self->kind->next(page);
    return asked && next && strcmp(asked, next) == 0 && !self->kind->element(page, 0);
}

static dynox_status accept(dynox__pages *pages, dynox_future *future)
{
    list_stream *self  = (list_stream *)pages;
    void        *page  = NULL;
    dynox_status taken = dynox_future_take(future, self->kind->control.operation.type, &page);
    if (taken != DYNOX_OK) return taken;
    if (repeats(self, page))
        dynox_error_set(&pages->error, DYNOX_E_DECODE, "a page without elements goes on where it was asked to begin");
    end_page(self);
    self->page = page;
    self->at   = 0;
    return DYNOX_OK;
}

static bool prefetch(const dynox__pages *pages)
{
    (void)pages;
    return false;
}

static void destroy(dynox__pages *pages)
{
    list_stream *self = (list_stream *)pages;
    end_page(self);
    dynox__free((char *)(uintptr_t)self->request.subject);
    dynox__free((char *)(uintptr_t)self->request.start);
    dynox__free((char *)(uintptr_t)self->request.type);
    dynox__client_release(self->client);
    dynox__free(self);
}

static const dynox__pages_class list_class = {
    DYNOX__PAGES_CLASS("list", NULL), take, wants_page, fetch, accept, prefetch, destroy};

static bool copy(const char **text)
{
    const char *given = *text;
    *text             = dynox__strdup(given);
    return *text || !given;
}

dynox_stream *dynox__list_stream(dynox_client *client, const dynox__list_kind *kind, const dynox__list_request *request,
                                 const dynox__call_options *options, dynox_error *error)
{
    list_stream *self = dynox__calloc(sizeof *self);
    if (!self) {
        dynox_error_clear(error);
        return dynox__pages_out_of_memory();
    }
    self->pages.stream.class_ = &list_class.stream;
    self->pages.error         = *error;
    self->kind                = kind;
    self->client              = dynox__client_acquire(client);
    self->options             = *options;
    self->options.feature     = "C";
    self->request             = *request;
    bool subject_is = copy(&self->request.subject), start_is = copy(&self->request.start),
         type_is = copy(&self->request.type);
    if (!subject_is || !start_is || !type_is) dynox_error_set(&self->pages.error, DYNOX_E_NO_MEMORY, "out of memory");
    return &self->pages.stream;
}
