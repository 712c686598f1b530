/* Callbacks: dynox_then makes a future of what your function makes of another. The functions run on the library's one
 * callback thread, one after the other, so they need no locks among themselves. */
#include <dynox/dynox.h>

#define TABLE "dynox-sample-callbacks"

typedef struct job {
    dynox_client *db;
    int           steps;
} job;

/* Continues with another call: the chain waits for it. */
static dynox_outcome write_user(dynox_future *done, void *arg)
{
    job *work = arg;
    (void)done;
    work->steps++;
    return dynox_continue(dynox_put_item(work->db, TABLE, DYNOX_ITEM("pk", "USER#1", "name", "Ada", "age", 36)));
}

static dynox_outcome read_user(dynox_future *done, void *arg)
{
    job *work = arg;
    (void)done;
    work->steps++;
    return dynox_continue(dynox_get_item(work->db, TABLE, DYNOX_ITEM("pk", "USER#1")));
}

/* Ends with a value of its own. */
static dynox_outcome take_age(dynox_future *done, void *arg)
{
    job *work = arg;
    work->steps++;
    const dynox_item *user = dynox_future_peek_item(done); /* borrowed from the future */
    printf("%s is %" PRId64 "\n", dynox_get_string(user, "name"), dynox_get_int(user, "age"));
    return dynox_ok_int(dynox_get_int(user, "age"));
}

static dynox_outcome wait_for_table(dynox_future *done, void *arg)
{
    job *work = arg;
    work->steps++;
    if (dynox_future_error(done) != DYNOX_OK && dynox_future_error(done) != DYNOX_E_IN_USE) return dynox_pass();
    return dynox_continue(dynox_wait_for_table_active(work->db, TABLE));
}

static dynox_outcome explain(dynox_future *failed, void *arg)
{
    (void)arg;
    dynox_error_print(stderr, dynox_future_details(failed));
    return dynox_pass(); /* the error stays */
}

int main(void)
{
    dynox_error err  = {0};
    job         work = {.db = dynox_client_new(.error = &err)};
    int64_t     age  = 0;

    dynox_future *chain = dynox_create_table(work.db, TABLE, {"pk", DYNOX_S});
    chain               = dynox_then(chain, wait_for_table, &work, .on_error = wait_for_table);
    chain               = dynox_then(chain, write_user, &work);
    chain               = dynox_then(chain, read_user, &work);
    chain               = dynox_then(chain, take_age, &work, .on_error = explain);

    dynox_status status = dynox_join(chain, &age, .error = &err); /* or do something else until it is done */
    printf("%d steps, age %" PRId64 "\n", work.steps, age);
    dynox_sync_delete_table(work.db, TABLE);
    dynox_client_free(work.db);
    return status == DYNOX_OK ? 0 : 1;
}
