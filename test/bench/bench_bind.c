/* What does it cost to read a page of 10,000 records into structs, compared with reading it to items? CPU time of this
 * thread, both ways take turns, the best round of many. The decoders work in place: each has a fresh copy of the body,
 * made outside of the measured time. */
#include "base/buffer.h"
#include "value/bind/bind.h"
#include <dynox/model_macros.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { RECORDS = 10000, ROUNDS = 41, WARM_UP = 2, ATTRIBUTES = 10 };

typedef struct line {
    const char *sku;
    int64_t     quantity;
    double      price;
} line;
static const dynox_attribute line_attributes[] = {
    DYNOX_STRING(line, sku),
    DYNOX_INT(line, quantity),
    DYNOX_DOUBLE(line, price),
};
DYNOX_SHAPE(line)

typedef struct order {
    DYNOX_RECORD;
    const char *pk, *sk, *status, *address, *city;
    int64_t     quantity, version;
    double      total;
    time_t      created_at;
    bool        express;
} order;
static const dynox_attribute order_attributes[] = {
    DYNOX_PARTITION_KEY(order, pk), DYNOX_SORT_KEY(order, sk),    DYNOX_STRING(order, status),
    DYNOX_DOUBLE(order, total),     DYNOX_INT(order, quantity),   DYNOX_DATETIME(order, created_at),
    DYNOX_BOOLEAN(order, express),  DYNOX_STRING(order, address), DYNOX_STRING(order, city),
    DYNOX_VERSION(order, version),
};
DYNOX_SHAPE(order)

typedef struct cart {
    DYNOX_RECORD;
    const char *pk;
    DYNOX_MANY(line) lines;
    DYNOX_MANY(const char *) tags;
    int64_t version;
} cart;
static const dynox_attribute cart_attributes[] = {
    DYNOX_PARTITION_KEY(cart, pk),
    DYNOX_STRUCTS(cart, lines, line),
    DYNOX_SET(cart, tags),
    DYNOX_VERSION(cart, version),
};
DYNOX_SHAPE(cart)

static void fail(const char *what)
{
    fprintf(stderr, "bench_bind: %s\n", what);
    exit(1);
}

static size_t allocations;
static void  *counting_malloc(size_t size)
{
    allocations++;
    return malloc(size);
}
static void *counting_realloc(void *old, size_t size)
{
    allocations++;
    return realloc(old, size);
}

static double cpu(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* ---- pages ---- */

typedef enum name_order { AS_DECLARED, ANOTHER, EACH_ITS_OWN } name_order;

static void shuffle(unsigned *places, unsigned seed)
{
    for (unsigned i = 0; i < ATTRIBUTES; i++) {
        unsigned other = (seed = seed * 1664525u + 1013904223u) / 65536 % (i + 1);
        places[i]      = places[other];
        places[other]  = i;
    }
}

static void add_order(dynox__buffer *json, unsigned n, name_order how)
{
    char     text[ATTRIBUTES][160];
    unsigned places[ATTRIBUTES], i = 0;
    snprintf(text[i++], 160, "\"pk\":{\"S\":\"CUSTOMER#%08u\"}", n * 7919);
    snprintf(text[i++], 160, "\"sk\":{\"S\":\"ORDER#2024-05-%02u#%06u\"}", n % 28 + 1, n);
    snprintf(text[i++], 160, "\"status\":{\"S\":\"shipped\"}");
    snprintf(text[i++], 160, "\"total\":{\"N\":\"%u.%02u\"}", n % 900, n % 100);
    snprintf(text[i++], 160, "\"quantity\":{\"N\":\"%u\"}", n % 50 + 1);
    snprintf(text[i++], 160, "\"created_at\":{\"S\":\"2026-0%u-%02uT%02u:%02u:%02u+00:00\"}", n % 9 + 1, n % 28 + 1,
             n % 24, n % 60, n % 59);
    snprintf(text[i++], 160, "\"express\":{\"BOOL\":%s}", n % 2 ? "true" : "false");
    snprintf(text[i++], 160, "\"address\":{\"S\":\"%u Long Acre, Flat %u, Covent Garden; leave it with number %u\"}",
             n % 90 + 10, n % 50, n % 90 + 11);
    snprintf(text[i++], 160, "\"city\":{\"S\":\"London\"}");
    snprintf(text[i++], 160, "\"version\":{\"N\":\"%u\"}", n % 9 + 1);
    shuffle(places, how == EACH_ITS_OWN ? n * 2654435761u + 12345 : 7);
    for (i = 0; i < ATTRIBUTES; i++)
        dynox__buffer_format(json, "%s%s", i ? "," : "{", text[how == AS_DECLARED ? i : places[i]]);
    dynox__buffer_text(json, "}");
}

static void add_cart(dynox__buffer *json, unsigned n, name_order how)
{
    (void)how;
    dynox__buffer_format(json, "{\"pk\":{\"S\":\"CART#%u\"},\"lines\":{\"L\":[", n);
    for (unsigned i = 0; i < 4; i++)
        dynox__buffer_format(json,
                             "%s{\"M\":{\"sku\":{\"S\":\"SKU-%05u\"},\"quantity\":{\"N\":\"%u\"},\"price\":{\"N\":"
                             "\"%u.99\"}}}",
                             i ? "," : "", n + i, i + 1, n % 90);
    dynox__buffer_format(json, "]},\"tags\":{\"SS\":[\"gift\",\"b%u\"]},\"version\":{\"N\":\"%u\"}}", n % 10,
                         n % 9 + 1);
}

typedef struct page {
    const char        *name;
    const dynox_shape *shape;
    void (*add)(dynox__buffer *json, unsigned n, name_order how);
    name_order how;
    double     bar; /* of the time of items; 0: none */
} page;

static void make(const page *of, dynox__buffer *json)
{
    dynox__buffer_format(json, "{\"Count\":%d,\"Items\":[", RECORDS);
    for (unsigned i = 0; i < RECORDS; i++) {
        if (i) dynox__buffer_text(json, ",");
        of->add(json, i, of->how);
    }
    dynox__buffer_text(json, "]}");
}

/* ---- both ways ---- */

static const dynox__shape *shape; /* of the page that is read */
static dynox_room         *room;

typedef struct answer {
    dynox__items items;
    void        *records;
    size_t       count;
} answer;

static uint8_t *read_records(dynox__reader *reader, uint8_t *p, void *to)
{
    dynox__binder binder;
    answer       *got = to;
    if (!dynox__binder_init(&binder, reader, room, shape)) fail("out of memory");
    return dynox__bind_records(&binder, p, RECORDS, &got->records, &got->count);
}

static double decode(char *body, const dynox__buffer *json, dynox_room *to, const dynox__field *field, answer *got)
{
    dynox_error error = {0};
    *got              = (answer){0};
    room              = to;
    memcpy(body, json->data, json->size);
    double start = cpu();
    dynox__arena_reset(&to->arena);
    if (dynox__decode(body, json->size, &to->arena, field, 1, got, NULL, &error)) fail(error.message);
    return cpu() - start;
}

static bool measure(const page *of)
{
    static const dynox__field as_items   = {"Items", 5, dynox__field_items, 0},
                              as_structs = {"Items", 5, read_records, 0};
    dynox_error   error                  = {0};
    dynox__buffer json                   = {0};
    dynox_room    rooms[2]               = {{{0}, NULL}, {{0}, NULL}};
    double        items = 1e9, structs = 1e9;
    size_t        warm = 0;
    answer        got;
    make(of, &json);
    shape      = dynox__shape_of(of->shape, &error);
    char *body = calloc(1, json.size + DYNOX__DECODE_PADDING);
    if (!shape || !body) fail(error.message);
    for (int round = -WARM_UP; round < ROUNDS; round++) {
        double took = decode(body, &json, &rooms[0], &as_items, &got);
        if (got.items.count != RECORDS) fail("an item is missing");
        if (round >= 0 && took < items) items = took;
        size_t before = allocations;
        took          = decode(body, &json, &rooms[1], &as_structs, &got);
        if (got.count != RECORDS) fail("a record is missing");
        if (round >= 0 && took < structs) structs = took;
        if (round >= 0) warm += allocations - before;
    }
    printf("%-32s %4.0f B | items %6.1f ns, structs %6.1f ns: %.2fx | allocations when warm: %zu\n", of->name,
           (double)json.size / RECORDS, items * 1e9 / RECORDS, structs * 1e9 / RECORDS, structs / items, warm);
    for (int i = 0; i < 2; i++)
        dynox__room_free(&rooms[i]);
    free(body);
    dynox__buffer_free(&json);
    return warm || (of->bar > 0 && structs / items > of->bar);
}

int main(int argc, char **argv)
{
    static const page pages[] = {
        {"10 attributes, as declared", &order_shape, add_order, AS_DECLARED, 0.6},
        {"10, in another order", &order_shape, add_order, ANOTHER, 0.6},
        {"10, each in an order of its own", &order_shape, add_order, EACH_ITS_OWN, 1.2},
        {"4 nested structs and a set", &cart_shape, add_cart, AS_DECLARED, 0},
    };
    bool check = argc > 1 && strcmp(argv[1], "--check") == 0, missed = false;
    dynox_set_allocator(counting_malloc, counting_realloc, free);
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        if (measure(&pages[i]) && check) missed = fprintf(stderr, "missed: %s\n", pages[i].name) != 0;
    return missed;
}
