/* What do typed records cost, compared with items of the same data? Writing one as a request has it, and finding out
 * what has changed since it was loaded.
 *
 * The ways take turns, round by round, and the best round of each counts. Times are CPU time of this thread. With
 * --check, the program fails when a bar is missed. */
#include "value/bind/bind.h"
#include "value/json/encode.h"
#include <dynox/item.h>
#include <dynox/model_macros.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 41, BATCH = 2000 };

/* A struct is written in no more than the time of an item made for it; and ten members are compared in so many ns. */
static const double write_bar = 1.0, compare_bar = 100;

typedef struct order {
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

static const order record = {
    .pk         = "CUSTOMER#00007919",
    .sk         = "ORDER#2026-01-02#000017",
    .status     = "shipped",
    .address    = "17 Long Acre, Flat 4, Covent Garden, London WC2E 9JT, United Kingdom; ring twice",
    .city       = "London",
    .quantity   = 17,
    .version    = 3,
    .total      = 129.99,
    .created_at = 1767323045,
    .express    = true,
};

static const char date[] = "2026-01-02T03:04:05+00:00"; /* an item has it as text already */

static void fail(const char *what)
{
    fprintf(stderr, "bench_model: %s\n", what);
    exit(2);
}

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* ---- the ways ---- */

typedef struct world {
    const dynox__shape   *shape;
    const dynox_item     *ready;
    const dynox__snapshot same; /* of a record that is the same */
    dynox__buffer         buffer;
    size_t                changes;
} world;

static void write_record(world *w)
{
    if (dynox__bind_write(&w->buffer, w->shape, &record, NULL, NULL)) fail("the struct is refused");
}

static void write_ready_item(world *w)
{
    if (dynox__encode_item(&w->buffer, w->ready, NULL)) fail("the item is refused");
}

static void write_made_item(world *w)
{
    const dynox_item *item =
        DYNOX_ITEM("pk", record.pk, "sk", record.sk, "status", record.status, "total", record.total, "quantity",
                   record.quantity, "created_at", date, "express", record.express ? DYNOX_TRUE : DYNOX_FALSE, "address",
                   record.address, "city", record.city, "version", record.version);
    if (dynox__encode_item(&w->buffer, item, NULL)) fail("the item is refused");
}

static void compare(world *w)
{
    for (size_t i = 0; i < w->shape->count; i++)
        w->changes += !dynox__snapshot_same(w->shape, &w->shape->members[i], &record, &w->same);
}

static const struct {
    const char *name;
    void (*run)(world *w);
} ways[] = {
    {"an item is made and written", write_made_item},
    {"a ready item is written", write_ready_item},
    {"a struct is written", write_record},
    {"ten members are compared", compare},
};
enum { MADE, READY, STRUCT, COMPARE, WAYS };

static void measure(world *w, double nanoseconds[WAYS])
{
    for (int way = 0; way < WAYS; way++)
        nanoseconds[way] = 1e9;
    for (int round = -2; round < ROUNDS; round++) /* the first two only warm up */
        for (int way = 0; way < WAYS; way++) {
            double start = cpu_seconds();
            for (int i = 0; i < BATCH; i++) {
                w->buffer.size = 0;
                ways[way].run(w);
            }
            double each = (cpu_seconds() - start) * 1e9 / BATCH;
            if (round >= 0 && each < nanoseconds[way]) nanoseconds[way] = each;
        }
    if (w->changes) fail("something has changed");
}

/* All ways write the same text. */
static void check_same(world *w)
{
    dynox__buffer first = {0};
    write_record(w);
    first = w->buffer;
    for (int way = MADE; way <= READY; way++) {
        w->buffer = (dynox__buffer){0};
        ways[way].run(w);
        if (w->buffer.size != first.size || memcmp(w->buffer.data, first.data, first.size) != 0)
            fail("the ways do not write the same");
        dynox__buffer_free(&w->buffer);
    }
    w->buffer = first;
    printf("ten attributes, %zu bytes of JSON\n", first.size);
}

int main(int argc, char **argv)
{
    bool        check = argc > 1 && strcmp(argv[1], "--check") == 0;
    dynox_room  room = {0}, snapshots = {0};
    dynox_item  ready;
    dynox_error error = {0};
    double      nanoseconds[WAYS];

    const dynox__shape *shape    = dynox__shape_of(&order_shape, &error);
    dynox__snapshot     snapshot = {0};
    if (!shape || dynox__bind_store(shape, &record, NULL, &room, &ready, &error) ||
        dynox__snapshot_take(shape, &record, false, &snapshots, &snapshot, &error))
        fail(error.message);
    world w = {.shape = shape, .ready = &ready, .same = snapshot};
    check_same(&w);
    measure(&w, nanoseconds);
    for (int way = 0; way < WAYS; way++)
        printf("%-30s %6.0f ns\n", ways[way].name, nanoseconds[way]);
    printf("struct / made item  %.2f (at most %.2f)\n", nanoseconds[STRUCT] / nanoseconds[MADE], write_bar);
    printf("struct / ready item %.2f\n", nanoseconds[STRUCT] / nanoseconds[READY]);
    dynox__buffer_free(&w.buffer);
    dynox__room_free(&room);
    dynox__room_free(&snapshots);
    if (!check) return 0;
    return nanoseconds[STRUCT] > write_bar * nanoseconds[MADE] || nanoseconds[COMPARE] > compare_bar;
}
