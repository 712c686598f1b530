/* The headline of `./dev demo`: ten gets, and a thousand, from a server that is 50 ms away. The endpoint comes from the
 * environment. A thousand at once would measure how fast a real server is on this machine, and not the library: those
 * go to the scripted server that DYNOX_TEST_SCRIPTED names, if it is set, which is as far away and answers by heart. */
#include <dynox/dynox.h>
#include <stdlib.h>
#include <time.h>

#define TABLE "dynox-demo"
enum { TEN = 10, THOUSAND = 1000 };

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

typedef struct name {
    char text[16];
} name;

static name user(int number)
{
    name pk;
    snprintf(pk.text, sizeof pk.text, "USER#%d", number % TEN);
    return pk;
}

static dynox_status prepare(dynox_client *db, dynox_error *err)
{
    dynox_future *puts[TEN];
    dynox_status  status = dynox_sync_create_table(db, TABLE, {"pk", DYNOX_S}, .error = err);
    if (status != DYNOX_OK && status != DYNOX_E_IN_USE) return status;
    if ((status = dynox_sync_wait_for_table_active(db, TABLE, .error = err)) != DYNOX_OK) return status;
    for (int i = 0; i < TEN; i++)
        puts[i] = dynox_put_item(db, TABLE, DYNOX_ITEM("pk", user(i).text, "name", "Ada", "age", 30 + i));
    return dynox_join_void(dynox_combine(DYNOX_GATHER, TEN, puts), .error = err);
}

/* One after the other. */
static double one_by_one(dynox_client *db, int count, dynox_error *err)
{
    double start = now_ms();
    for (int i = 0; i < count; i++) {
        dynox_item *item = NULL;
        if (dynox_sync_get_item(db, TABLE, DYNOX_ITEM("pk", user(i).text), &item, .error = err) != DYNOX_OK) return -1;
        dynox_item_free(item);
    }
    return now_ms() - start;
}

/* All of them in flight, then one wait. */
static double at_once(dynox_client *db, int count, dynox_error *err)
{
    dynox_future *gets[THOUSAND];
    double        start = now_ms();
    for (int i = 0; i < count; i++)
        gets[i] = dynox_get_item(db, TABLE, DYNOX_ITEM("pk", user(i).text));
    dynox_status status = dynox_join_void(dynox_combine(DYNOX_GATHER, (size_t)count, gets), .error = err);
    return status == DYNOX_OK ? now_ms() - start : -1;
}

/* From the scripted server if there is one. */
static double thousand_at_once(dynox_client *db, dynox_error *err)
{
    const char   *endpoint = getenv("DYNOX_TEST_SCRIPTED");
    dynox_client *scripted =
        endpoint ? dynox_client_new(.endpoint = endpoint, .max_connections = THOUSAND, .error = err) : NULL;
    double time = -1;
    if ((scripted || !endpoint) && at_once(endpoint ? scripted : db, THOUSAND, err) >= 0) /* makes the connections */
        time = at_once(endpoint ? scripted : db, THOUSAND, err);
    dynox_client_free(scripted);
    return time;
}

static void row(const char *what, double ms, double reference)
{
    printf("  %-36s %9.1f ms", what, ms);
    if (reference > 0) printf("   %6.1f x faster", reference / ms);
    printf("\n");
}

int main(void)
{
    dynox_error   err = {0};
    dynox_client *db  = dynox_client_new(.max_connections = THOUSAND, .error = &err);
    if (!db || prepare(db, &err) != DYNOX_OK) goto out;
    if (at_once(db, TEN, &err) < 0) goto out; /* connections made, everything warm */

    double sync_ten    = one_by_one(db, TEN, &err);
    double at_once_ten = sync_ten < 0 ? -1 : at_once(db, TEN, &err);
    double thousand    = at_once_ten < 0 ? -1 : thousand_at_once(db, &err);
    if (thousand < 0) goto out;

    printf("\n  gets from a server 50 ms away             time\n");
    row("10 gets, one by one (sync)", sync_ten, 0);
    row("10 gets at once (async)", at_once_ten, sync_ten);
    row(getenv("DYNOX_TEST_SCRIPTED") ? "1000 at once, from a scripted server" : "1000 gets at once (async)", thousand,
        sync_ten * THOUSAND / TEN);
    printf("\n");
    dynox_sync_delete_table(db, TABLE);
out:
    if (err.status != DYNOX_OK) dynox_error_print(stderr, &err);
    dynox_client_free(db);
    return err.status == DYNOX_OK ? 0 : 1;
}
