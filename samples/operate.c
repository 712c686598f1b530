/* A tool for whoever runs the tables: makes one, adds an index and waits until it is filled, sets time to live and
 * tags, and asks for something by its name that the library has no function for. */
#include <dynox/dynox.h>

#define TABLE "dynox-sample-operate"

static dynox_status make(dynox_client *db, dynox_error *err)
{
    dynox_index by_owner = {.name = "by-owner", .partition_key = {"owner", DYNOX_S}, .projection = DYNOX_PROJECT_KEYS};
    if (dynox_sync_create_table(db, TABLE, {"pk", DYNOX_S}, .sort_key = {"at", DYNOX_N}, .error = err) != DYNOX_OK &&
        err->status != DYNOX_E_IN_USE)
        return err->status;
    dynox_error_clear(err); /* it was there already: as good */
    if (dynox_sync_wait_for_table_active(db, TABLE, .error = err) != DYNOX_OK ||
        dynox_sync_update_table(db, TABLE, .add_index = &by_owner, .error = err) != DYNOX_OK)
        return err->status;
    return dynox_sync_wait_for_index_active(db, TABLE, "by-owner", .poll_ms = 100, .error = err);
}

static dynox_status settle(dynox_client *db, const char *arn, dynox_error *err)
{
    dynox_tag           tags[] = {{"team", "blue"}, {"cost-centre", "42"}};
    dynox_time_to_live *ttl    = NULL;
    if (dynox_sync_update_time_to_live(db, TABLE, "expires_at", .error = err) != DYNOX_OK ||
        dynox_sync_describe_time_to_live(db, TABLE, &ttl, .error = err) != DYNOX_OK ||
        dynox_sync_tag_resource(db, arn, tags, 2, .error = err) != DYNOX_OK)
        goto out;
    printf("time to live: %s\n", ttl->status);
    DYNOX_SYNC_FOR_EACH(const dynox_tag *, tag, dynox_list_tags(db, arn), err)
    printf("%s = %s\n", tag->key, tag->value);
out:
    dynox_time_to_live_free(ttl);
    return err->status;
}

int main(void)
{
    dynox_error   err    = {0};
    dynox_table  *table  = NULL;
    dynox_answer *answer = NULL;
    dynox_client *db     = dynox_client_new(.error = &err);
    if (make(db, &err) != DYNOX_OK || dynox_sync_describe_table(db, TABLE, &table, .error = &err) != DYNOX_OK ||
        settle(db, table->arn, &err) != DYNOX_OK)
        goto out;
    printf("%s has %zu index\n", table->name, table->global_index_count);
    if (dynox_sync_call(db, "ListTables", "{\"Limit\":1}", &answer, .deadline_ms = 2000, .error = &err) == DYNOX_OK)
        puts(answer->json);
out:
    if (err.status != DYNOX_OK) dynox_error_print(stderr, &err);
    dynox_answer_free(answer);
    dynox_table_free(table);
    dynox_sync_delete_table(db, TABLE);
    dynox_client_free(db);
    return err.status == DYNOX_OK ? 0 : 1;
}
