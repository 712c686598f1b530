/* A client that is watched and held back: metrics for a scraper, a line for each call that went wrong, keys that are
 * too hot, a limit of capacity; and what a call would cost, without making it. */
#include <dynox/dynox.h>
#include <string.h>

#define TABLE "dynox-sample-watched"
enum { READS = 120 };

static void too_hot(const dynox_hot_key *key, void *to)
{
    fprintf(to, "hot: %s was read %" PRIu64 " times\n", dynox_value_as_string(key->key), key->count);
}

static void line(dynox_log_level level, const char *text, const dynox_observed *call, void *to)
{
    (void)level, (void)call;
    fprintf(to, "%s\n", text);
}

static dynox_status work(dynox_client *db, dynox_error *err)
{
    dynox_future *reads[READS];
    if (dynox_sync_create_table(db, TABLE, {"pk", DYNOX_S}, .error = err) != DYNOX_OK ||
        dynox_sync_wait_for_table_active(db, TABLE, .error = err) != DYNOX_OK ||
        dynox_sync_put_item(db, TABLE, DYNOX_ITEM("pk", "front-page"), .correlation_id = "deploy-7", .error = err) !=
            DYNOX_OK)
        return err->status;
    for (size_t i = 0; i < READS; i++)
        reads[i] = dynox_get_item(db, TABLE, DYNOX_ITEM("pk", "front-page"));
    dynox_sync_put_item(db, TABLE, DYNOX_ITEM("pk", "front-page"), .condition = DYNOX_EXPR("attribute_not_exists(pk)"),
                        .correlation_id = "deploy-8"); /* refused: a line in the log */
    return dynox_join_void(dynox_combine(DYNOX_GATHER, READS, reads), .error = err);
}

/* What a page at /metrics would show; here, only how many calls there were. */
static void show(const dynox_metrics *metrics)
{
    char *text = dynox_metrics_text(metrics);
    for (char *at = text; at && (at = strstr(at, "\ndynox_call_duration_seconds_count")); at++)
        printf("%.*s\n", (int)strcspn(at + 1, "\n"), at + 1);
    dynox_free(text);
}

int main(void)
{
    dynox_error     err     = {0};
    dynox_metrics  *metrics = dynox_metrics_new(.name = "shop");
    dynox_hot_keys *hot     = dynox_hot_keys_new(.reads = 100, .fn = too_hot, .arg = stdout);
    dynox_observer *log     = dynox_call_log_new(.level = DYNOX_LOG_WARNING, .slow_ms = -1, .fn = line, .arg = stdout);
    dynox_observer *all     = dynox_observer_all(dynox_metrics_observer(metrics), dynox_hot_keys_observer(hot), log);
    dynox_limiter  *limiter = dynox_limiter_fixed(.read = 500, .write = 100);
    dynox_client   *db      = dynox_client_new(.observer = all, .limiter = limiter, .error = &err);
    if (work(db, &err) == DYNOX_OK) show(metrics);

    dynox_explanation *plan = dynox_explain(dynox_scan(db, TABLE, .filter = DYNOX_EXPR("views > ?", 10)));
    dynox_explanation_print(stdout, plan);
    dynox_explanation_free(plan);

    if (err.status != DYNOX_OK) dynox_error_print(stderr, &err);
    dynox_sync_delete_table(db, TABLE);
    dynox_client_free(db);
    dynox_limiter_free(limiter);
    dynox_observer_release(all);
    dynox_observer_release(log);
    dynox_hot_keys_free(hot);
    dynox_metrics_free(metrics);
    return err.status == DYNOX_OK ? 0 : 1;
}
