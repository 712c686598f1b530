/* What the examples of the documentation take for granted: names that a reader knows from the text around them. */
#include <dynox/aws.h>
#include <dynox/dynox.h>
#if __has_include(<json-c/json.h>)
#include <dynox/json.h>
#endif
#include <dynox/group.h>
#include <string.h>

static dynox_client      *db;
static dynox_error        err;
static dynox_item        *user, *key, *account;
static dynox_future      *f;
static int64_t            cents, sum;
static const void        *png;
static size_t             png_size, n, count;
static const char       **names, **texts, *text;
static const dynox_value *values;
static dynox_header       content_type;
static dynox_credentials *mine;
static const char        *body;
static const char        *secret;
void                      add_header(const char *name, const char *value);

#ifdef DOCS_WITH_EPOLL
#include <dynox/loop/epoll.h>
enum { MAX_EVENTS = 16 };
static int                epoll, running;
static struct epoll_event events[MAX_EVENTS];
void                      handle(struct epoll_event *event);
#endif
#ifdef DOCS_WITH_LIBUV
#include <dynox/loop/uv.h>
#endif
#ifdef DOCS_WITH_GLIB
#include <dynox/loop/glib.h>
static GMainLoop *main_loop;
#endif
#ifdef DOCS_WITH_LIBEVENT
#include <dynox/loop/event.h>
static struct event_base *base;
#endif
#if defined DOCS_WITH_EPOLL || defined DOCS_WITH_LIBUV || defined DOCS_WITH_GLIB || defined DOCS_WITH_LIBEVENT
static dynox_loop                                                                          *loop;
#endif

#ifndef DOCS_DEFINES_SPEND
DYNOX_ASYNC_DECL(int64_t, spend, (dynox_client *db; const char *pk;));
#endif
DYNOX_ASYNC_DECL(dynox_item *, load_profile, (dynox_client *db;));
DYNOX_ASYNC_DECL(int64_t, count_orders, (dynox_client *db;));

#define DOCS_ARGUMENTS (dynox_client * db; const char *pk;)
#define DOCS_LOCALS                                                                                                    \
    (dynox_item * user; const dynox_item *order; dynox_item * *items; dynox_future * profile, *orders;                 \
     dynox_group * group; const char *lock; const int *number; int64_t total, sum; int tries, i, count;)
