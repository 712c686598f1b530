/* Writes of records without memory: each allocation fails in turn; what cannot be done is DYNOX_E_NO_MEMORY, and
 * nothing is left, of chains with async hooks, modify and collections neither. */
#include "client/sweep.h"

typedef struct line {
    const char *what;
    int64_t     count;
    DYNOX_MANY(const char *) tags;
} line;
static const dynox_attribute line_attributes[] = {
    DYNOX_STRING(line, what),
    DYNOX_INT(line, count),
    DYNOX_SET(line, tags),
};
DYNOX_SHAPE(line)

typedef struct cart {
    DYNOX_RECORD;
    const char *pk, *id;
    int64_t     version, total;
    DYNOX_MANY(line) lines;
    dynox_item more;
} cart;
static const dynox_attribute cart_attributes[] = {
    DYNOX_PARTITION_KEY(cart, pk, .template_ = "CART#{id}"),
    DYNOX_STRING(cart, id),
    DYNOX_VERSION(cart, version),
    DYNOX_INT(cart, total),
    DYNOX_STRUCTS(cart, lines, line),
    DYNOX_EXTRA(cart, more),
};

static dynox_future *hook(dynox_client *db, cart *c)
{
    (void)db;
    (void)c;
    return dynox_sleep(0);
}
DYNOX_MODEL(cart, .table = "t", .skip_hooks = true, .before_save_async = hook, .after_save_async = hook)

#define CART                                                                                                           \
    "{\"pk\":{\"S\":\"CART#a\"},\"id\":{\"S\":\"a\"},\"version\":{\"N\":\"3\"},\"lines\":{\"L\":[{\"M\":{\"what\":"    \
    "{\"S\":\"x\"},\"tags\":{\"SS\":[\"b\",\"a\"]}}}]},\"other\":{\"L\":[{\"S\":\"t\"},{\"M\":{}}]}}"

static const cart key = {.id = "a"};

static bool done(dynox_error *error)
{
    dynox_status status = error->status;
    if (status != DYNOX_OK && status != DYNOX_E_NO_MEMORY)
        fail_msg("%s: %s", dynox_status_name(status), error->message);
    dynox_error_clear(error);
    return status == DYNOX_OK;
}

/* NULL: no memory. */
static cart *loaded(void)
{
    dynox_error error = {0};
    cart       *c     = NULL;
    cart_sync_get(client, &key, &c, DYNOX_WITH(.error = &error));
    if (!done(&error)) return NULL;
    assert_non_null(c);
    return c;
}

static void save_with(bool hooks)
{
    dynox_error error = {0};
    cart       *c     = loaded();
    if (!c) return;
    c->total             = 9;
    c->lines.at[0].count = 3;
    cart_sync_save(client, c, DYNOX_WITH(.error = &error, .run_hooks = hooks, .condition = DYNOX_EXPR("total < ?", 5)));
    bool all = done(&error);
    if (all) assert_int_equal(c->version, 4);
    if (!all && !hooks) assert_int_equal(c->version, 3); /* with hooks, the write may be done and its hook not */
    cart_free(c);
}

static void save(void)
{
    save_with(false);
}

static void save_with_hooks(void)
{
    save_with(true);
}

static void put(void)
{
    dynox_error error = {0};
    cart        own   = {.id = "b", .total = 1};
    cart_sync_save(client, &own, DYNOX_WITH(.error = &error));
    assert_int_equal(own.version, done(&error) ? 1 : 0);
    cart_clear(&own);
}

static dynox_status change(cart *c, void *arg, dynox_error *error)
{
    (void)arg;
    (void)error;
    c->total += 5;
    return DYNOX_OK;
}

static void modify(void)
{
    dynox_error error = {0};
    cart_sync_modify(client, &key, change, NULL, DYNOX_WITH(.error = &error, .run_hooks = true));
    done(&error);
    dynox_join_void(cart_modify(client, &key, change, NULL, DYNOX_WITH(.condition = DYNOX_EXPR("total < ?", 5))),
                    .error = &error);
    done(&error);
}

static void reload(void)
{
    dynox_error error = {0};
    cart       *c     = loaded();
    if (!c) return;
    cart own  = *c;
    own.total = c->total = 77;
    cart_sync_reload(client, c, DYNOX_WITH(.error = &error));
    if (done(&error)) assert_int_equal(c->total, 0);
    c->total = 77;
    cart_sync_update(client, c, DYNOX_EXPR("SET total = ?", 1), DYNOX_WITH(.error = &error, .refresh = true));
    if (done(&error)) assert_int_equal(c->total, 0);
    cart_sync_reload(client, &own, DYNOX_WITH(.error = &error));
    if (done(&error)) assert_int_equal(own.total, 0);
    cart_clear(&own);
    cart_free(c);
}

static void copy(void)
{
    dynox_error error = {0};
    cart       *c     = loaded();
    cart       *twin  = c ? cart_copy(c) : NULL;
    dynox_item *item  = c ? cart_to_item(c, &error) : NULL;
    done(&error);
    cart *again = item ? cart_from_item(item, &error) : NULL;
    done(&error);
    dynox_item_free(item);
    cart_free(again);
    cart_free(twin);
    cart_free(c);
}

static void collection(void)
{
    dynox_error       error = {0};
    dynox_collection *c     = NULL;
    cart_sync_collection(client, &key, DYNOX_MODELS(&cart_model), &c, DYNOX_WITH(.error = &error));
    done(&error);
    dynox_collection_free(c);
}

static int start(void **state)
{
    (void)state;
    faultserver_start(&server, NULL);
    scripted_answer("GetItem", "{\"Item\":" CART "}");
    scripted_answer("UpdateItem", "{\"Attributes\":" CART "}");
    scripted_answer("Query", "{\"Items\":[" CART "," CART "]}");
    return 0;
}

int main(void)
{
    static const sweep_operation operations[] = {
        {"save", save},
        {"save with async hooks", save_with_hooks},
        {"put", put},
        {"modify", modify},
        {"reload", reload},
        {"copy", copy},
        {"collection", collection},
    };
    return sweep_run("records", operations, sizeof operations / sizeof *operations, start);
}
