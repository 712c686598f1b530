/* Every allocation of every call that writes fails in turn: it is told, nothing leaks, and the record is as it was. */
#include "client/sweep.h"

typedef struct part {
    const char *name;
    int64_t     n;
} part;
static const dynox_attribute part_attributes[] = {
    DYNOX_STRING(part, name),
    DYNOX_INT(part, n),
};
DYNOX_SHAPE(part)

typedef struct thing {
    DYNOX_RECORD;
    const char *pk, *id, *text;
    char        made[40];
    int64_t     version;
    time_t      expires_at;
    DYNOX_MANY(part) parts;
    DYNOX_MANY(const char *) tags;
    dynox_value any;
} thing;
static const dynox_attribute thing_attributes[] = {
    DYNOX_PARTITION_KEY(thing, pk, .template_ = "THING#{id}"),
    DYNOX_STRING(thing, id, .generate = DYNOX_ULID),
    DYNOX_STRING(thing, text),
    DYNOX_STRING(thing, made, .generate = DYNOX_UUID4),
    DYNOX_VERSION(thing, version),
    DYNOX_TTL(thing, expires_at),
    DYNOX_STRUCTS(thing, parts, part),
    DYNOX_SET(thing, tags),
    DYNOX_DYNAMIC(thing, any),
};
DYNOX_MODEL(thing, .table = "things")

static const thing key = {.id = "a"};

static void expect(dynox_status status)
{
    if (status != DYNOX_OK && status != DYNOX_E_NO_MEMORY) fail_msg("%s", dynox_status_name(status));
}

static void save_new(void)
{
    static part        parts[] = {{"p", 1}, {"q", 2}};
    static const char *tags[]  = {"x", "y"};
    thing        t = {.text = "T", .parts = {parts, 2}, .tags = {tags, 2}, .any = DYNOX_MAP("a", DYNOX_LIST(1, "two"))};
    dynox_status status = thing_sync_save(client, &t, NULL);
    expect(status);
    assert_int_equal(t.version, status == DYNOX_OK);
    thing_clear(&t);
}

static thing *load(void)
{
    thing *t = NULL;
    expect(thing_sync_get(client, &key, &t, NULL));
    return t;
}

static void save_loaded(void)
{
    thing *t = load();
    if (!t) return;
    t->parts.at[0].n++;
    t->text             = "other";
    dynox_status status = thing_sync_save(client, t, NULL);
    expect(status);
    assert_int_equal(t->version, status == DYNOX_OK ? 4 : 3);
    thing_free(t);
}

static void update(void)
{
    thing *t = load();
    if (!t) return;
    expect(thing_sync_update(client, t,
                             DYNOX_EXPR("SET parts[0].n = ?, text = ? ADD tags ?", 7, "u", DYNOX_STRING_SET("z")),
                             DYNOX_WITH(.refresh = true, .condition = DYNOX_EXPR("text <> ?", "v"))));
    thing_free(t);
}

static void reload_and_copy(void)
{
    thing *t = load(), *copy = t ? thing_copy(t) : NULL;
    if (t) expect(thing_sync_reload(client, t, NULL));
    if (copy) {
        copy->text = thing_keep(copy, "kept");
        expect(thing_sync_delete(client, copy, NULL));
    }
    thing_free(copy);
    thing_free(t);
}

static void by_key_and_ttl(void)
{
    thing t = {.id = "a"};
    expect(thing_sync_update_by_key(client, &key, DYNOX_EXPR("SET text = ?", "x"), NULL));
    expect(thing_sync_delete_by_key(client, &key, NULL));
    expect(thing_sync_extend_ttl(client, &t, 2000000000, NULL));
    thing_clear(&t);
}

static dynox_status change(thing *t, void *arg, dynox_error *error)
{
    (void)arg;
    (void)error;
    t->text = "changed";
    return DYNOX_OK;
}

static void modify(void)
{
    expect(thing_sync_modify(client, &key, change, NULL, NULL));
}

static void parts_of_a_transaction(void)
{
    thing  own = {.id = "b", .text = "B"};
    thing *t   = load();
    if (!t) return;
    t->text = "other";
    expect(dynox_sync_transact_write(client,
                                     DYNOX_WRITES(thing_saving(t, NULL), thing_saving(&own, NULL),
                                                  thing_checking(&(thing){.id = "c"}, DYNOX_EXPR("text = ?", "C")))));
    expect(dynox_sync_batch_write(client, DYNOX_WRITES(thing_saving(&own, NULL), thing_deleting(t, NULL))));
    thing_free(t);
    thing_clear(&own);
}

static void items_and_texts(void)
{
    dynox_error     err  = {0};
    thing           t    = {.id = "b", .text = "B", .any = DYNOX_LIST(1)};
    dynox_item     *item = thing_to_item(&t, &err);
    char           *text = thing_to_text(&t, &err);
    thing          *back = item ? thing_from_item(item, &err) : NULL;
    dynox_item_size size = {0};
    expect(thing_size(&t, &size, &err));
    thing_free(back);
    dynox_item_free(item);
    dynox_free(text);
    dynox_error_clear(&err);
}

static int start(void **state)
{
    (void)state;
    faultserver_start(&server, NULL);
    scripted_answer(
        "GetItem",
        "{\"Item\":{\"pk\":{\"S\":\"THING#a\"},\"id\":{\"S\":\"a\"},\"text\":{\"S\":\"T\"},\"version\":{\"N\":\"3\"},"
        "\"parts\":{\"L\":[{\"M\":{\"name\":{\"S\":\"p\"},\"n\":{\"N\":\"1\"}}}]},\"tags\":{\"SS\":[\"x\"]},"
        "\"any\":{\"M\":{\"k\":{\"L\":[{\"N\":\"1\"}]}}}}}");
    scripted_answer("PutItem", "{}");
    scripted_answer("UpdateItem", "{}");
    scripted_answer("UpdateItem?ALL_NEW",
                    "{\"Attributes\":{\"pk\":{\"S\":\"THING#a\"},\"id\":{\"S\":\"a\"},\"version\":{\"N\":\"4\"}}}");
    scripted_answer("DeleteItem", "{}");
    scripted_answer("TransactWriteItems", "{}");
    scripted_answer("BatchWriteItem", "{\"UnprocessedItems\":{}}");
    return 0;
}

int main(void)
{
    static const sweep_operation operations[] = {
        {"save_new", save_new},
        {"save_loaded", save_loaded},
        {"update", update},
        {"reload_and_copy", reload_and_copy},
        {"by_key_and_ttl", by_key_and_ttl},
        {"modify", modify},
        {"parts_of_a_transaction", parts_of_a_transaction},
        {"items_and_texts", items_and_texts},
    };
    return sweep_run("model.write_allocations", operations, sizeof operations / sizeof *operations, start);
}
