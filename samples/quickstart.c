/* Quickstart: the main job in one coroutine. Creates a table, writes users, fetches ten of them in the time of one,
 * pages through a query, updates under a condition, deletes.
 *
 * Where it goes is told by the environment, as with every AWS tool: AWS_REGION and credentials, or for a server on this
 * machine AWS_ENDPOINT_URL=http://127.0.0.1:8000 and any credentials. DYNOX_LOCAL=memory: needs neither of them, and no
 * server. */
#include <dynox/dynox.h>

#define TABLE "dynox-quickstart"
enum { USERS = 25, TEN = 10 };

typedef struct key {
    char text[16];
} key;

static key user_key(int number)
{
    key made;
    snprintf(made.text, sizeof made.text, "USER#%02d", number);
    return made;
}

DYNOX_ASYNC(void *, make_table, (dynox_client *db;), (dynox_table *table;))
{
    DYNOX_BEGIN
    DYNOX_TRY(my->table, dynox_create_table(my->db, TABLE, {"team", DYNOX_S}, .sort_key = {"pk", DYNOX_S})) {
        if (DYNOX_ERR != DYNOX_E_IN_USE) DYNOX_RETHROW; /* it is there already: as good */
    }
    DYNOX_AWAIT_VOID(dynox_wait_for_table_active(my->db, TABLE));
    DYNOX_FINALLY
    dynox_table_free(my->table);
    DYNOX_END
}

/* Puts them all at once, but no more than eight in flight. */
DYNOX_ASYNC(void *, write_users, (dynox_client *db;), (dynox_group *puts; int i;))
{
    DYNOX_BEGIN
    my->puts = dynox_group_new(8);
    for (my->i = 0; my->i < USERS; my->i++) {
        DYNOX_AWAIT_VOID(dynox_group_slot(my->puts));
        key pk = user_key(my->i);
        dynox_group_add(my->puts,
                        dynox_put_item(my->db, TABLE,
                                       DYNOX_ITEM("team", "blue", "pk", pk.text, "name", "Ada", "age", 30 + my->i,
                                                  "tags", DYNOX_LIST("new", DYNOX_MAP("since", 2026)))));
    }
    DYNOX_AWAIT_VOID(dynox_group_join(my->puts));
    DYNOX_FINALLY
    dynox_group_free(my->puts);
    DYNOX_END
}

/* Ten gets at once: they take as long as the slowest of them. */
DYNOX_ASYNC(int64_t, sum_of_ten_ages, (dynox_client *db;), (dynox_future *gets[TEN]; dynox_future *all; int64_t sum;))
{
    DYNOX_BEGIN
    for (int i = 0; i < TEN; i++) {
        key pk      = user_key(i);
        my->gets[i] = dynox_get_item(my->db, TABLE, DYNOX_ITEM("team", "blue", "pk", pk.text));
    }
    my->all = dynox_combine(DYNOX_GATHER, TEN, my->gets);
    DYNOX_AWAIT_VOID(dynox_future_acquire(my->all)); /* kept: the items are in it */
    for (size_t i = 0; i < TEN; i++)
        my->sum += dynox_get_int(dynox_future_peek_item(dynox_combined_at(my->all, i)), "age");
    DYNOX_RETURN(my->sum);
    DYNOX_FINALLY
    dynox_future_release(my->all);
    DYNOX_END
}

DYNOX_ASYNC(void *, quickstart, (dynox_client *db;),
            (int64_t sum; int found; const dynox_item *user; dynox_item *changed;))
{
    DYNOX_BEGIN
    printf("creating the table ...\n");
    DYNOX_AWAIT_VOID(DYNOX_CALL(make_table, .db = my->db));
    printf("writing %d users ...\n", USERS);
    DYNOX_AWAIT_VOID(DYNOX_CALL(write_users, .db = my->db));
    DYNOX_AWAIT(my->sum, DYNOX_CALL(sum_of_ten_ages, .db = my->db));
    printf("ten users fetched at once: their ages sum up to %" PRId64 "\n", my->sum);

    DYNOX_FOR_EACH(my->user, dynox_query(my->db, TABLE, DYNOX_EXPR("team = ? AND begins_with(pk, ?)", "blue", "USER#"),
                                         .filter = DYNOX_EXPR("age >= ?", 40), .page_size = 10))
        my->found++;
    printf("%d users are 40 or older, found page by page\n", my->found);

    DYNOX_AWAIT(my->changed, dynox_update_item(my->db, TABLE, DYNOX_ITEM("team", "blue", "pk", "USER#00"),
                                               DYNOX_EXPR("SET age = age + ?, name = ?", 1, "Countess"),
                                               .condition     = DYNOX_EXPR("attribute_exists(pk) AND age < ?", 100),
                                               .return_values = DYNOX_ALL_NEW));
    printf("updated under a condition: %s is now %" PRId64 "\n", dynox_get_string(my->changed, "name"),
           dynox_get_int(my->changed, "age"));

    DYNOX_TRY_VOID(dynox_delete_item(my->db, TABLE, DYNOX_ITEM("team", "blue", "pk", "USER#00"),
                                     .condition = DYNOX_EXPR("age > ?", 100))) {
        if (DYNOX_ERR != DYNOX_E_CONDITION_FAILED) DYNOX_RETHROW;
        printf("not deleted: the condition did not hold\n");
    }
    DYNOX_AWAIT_VOID(dynox_delete_item(my->db, TABLE, DYNOX_ITEM("team", "blue", "pk", "USER#00")));
    DYNOX_AWAIT_VOID(dynox_delete_table(my->db, TABLE));
    printf("deleted the user, and the table\n");
    DYNOX_FINALLY
    dynox_item_free(my->changed);
    DYNOX_END
}

int main(void)
{
    dynox_error   err = {0};
    dynox_client *db  = dynox_client_new(.error = &err);
    if (db) dynox_run_void(DYNOX_CALL(quickstart, .db = db), .error = &err);
    if (err.status != DYNOX_OK) dynox_error_print(stderr, &err);
    dynox_client_free(db);
    return err.status == DYNOX_OK ? 0 : 1;
}
