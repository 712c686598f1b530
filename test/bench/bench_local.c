/* What calls of a client on the local engine cost, from the arguments to the item and back: CPU of the whole process,
 * in microseconds a call. The bar: a get under 5, a put under 8.
 *
 *     bench_local [CALLS] */
#include <dynox/dynox.h>
#include <dynox/local.h>
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

enum { ITEMS = 1000 };

static dynox_client *db;
static dynox_error   err;

static double cpu_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static _Noreturn void give_up(void)
{
    dynox_error_print(stderr, &err);
    exit(1);
}

static const char *key_of(long i)
{
    static char text[32];
    snprintf(text, sizeof text, "USER#%ld", i % ITEMS);
    return text;
}

static void put(long i)
{
    if (dynox_sync_put_item(
            db, "users",
            DYNOX_ITEM("pk", key_of(i), "name", "Ada Lovelace", "age", 36, "email", "ada@example.org", "active", true),
            .error = &err) != DYNOX_OK)
        give_up();
}

static void get(long i)
{
    dynox_item *item = NULL;
    if (dynox_sync_get_item(db, "users", DYNOX_ITEM("pk", key_of(i)), &item, .error = &err) != DYNOX_OK || !item)
        give_up();
    dynox_item_free(item);
}

static void update(long i)
{
    if (dynox_sync_update_item(db, "users", DYNOX_ITEM("pk", key_of(i)), DYNOX_EXPR("SET age = age + ?", 1),
                               .error = &err) != DYNOX_OK)
        give_up();
}

static void measure(const char *name, void (*call)(long), long calls)
{
    double best = 1e9;
    for (int round = 0; round < 5; round++) {
        double before = cpu_us();
        for (long i = 0; i < calls; i++)
            call(i);
        double each = (cpu_us() - before) / (double)calls;
        if (each < best) best = each;
    }
    printf("%-28s %6.2f us\n", name, best);
}

/* Many at once, whose answers come from the engine's own thread. */
enum { AT_ONCE = 64 };

static void get_many(long i)
{
    dynox_future *calls[AT_ONCE];
    for (long k = 0; k < AT_ONCE; k++)
        calls[k] = dynox_get_item(db, "users", DYNOX_ITEM("pk", key_of(i + k)));
    for (long k = 0; k < AT_ONCE; k++) {
        dynox_item *item = NULL;
        if (dynox_join(calls[k], &item, &err) != DYNOX_OK) give_up();
        dynox_item_free(item);
    }
}

int main(int argc, char **argv)
{
    long calls = argc > 1 ? strtol(argv[1], NULL, 10) : 100000;
    db         = dynox_client_new(.endpoint = "memory:", .error = &err);
    if (!db || dynox_sync_create_table(db, "users", {"pk", DYNOX_S}, .error = &err) != DYNOX_OK) give_up();
    for (long i = 0; i < ITEMS; i++)
        put(i);
    measure("sync get", get, calls);
    measure("sync put", put, calls);
    measure("sync update", update, calls);
    measure("64 gets at once (all of them)", get_many, calls / AT_ONCE);
    dynox_client_free(db);
    return 0;
}
