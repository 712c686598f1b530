/* Increments a versioned counter as pydynox_races.py says, a line a command: load, save, race N.
 * Usage: pydynox_races TABLE. */
#include "pydynox_models.h"

#define KEY (&(counter){.pk = "COUNTER", .sk = "1"})

static dynox_client *db;
static const char   *table;

static bool fails(dynox_status status, dynox_error *err)
{
    if (status != DYNOX_OK) dynox_error_print(stderr, err);
    return status != DYNOX_OK;
}

/* NULL: it cannot be had. */
static counter *load(void)
{
    dynox_error err   = {0};
    counter    *found = NULL;
    if (fails(counter_sync_get(db, KEY, &found, DYNOX_WITH(.table = table, .consistent_read = true, .error = &err)),
              &err))
        return NULL;
    return found;
}

/* 0: saved, 1: a conflict, and the record is as it was; -1: something else. */
static int save(counter *c)
{
    dynox_error err     = {0};
    int64_t     version = c->version;
    c->value++;
    dynox_status status = counter_sync_save(db, c, DYNOX_WITH(.table = table, .error = &err));
    if (status == DYNOX_E_CONDITION_FAILED) {
        dynox_error_clear(&err);
        c->value--;
        return c->version == version ? 1 : -1;
    }
    return fails(status, &err) || c->version != version + 1 ? -1 : 0;
}

static int tries;

static dynox_status one_more(counter *c, void *context, dynox_error *err)
{
    (void)context;
    (void)err;
    tries++;
    c->value++;
    return DYNOX_OK;
}

/* Half by hand, half by modify. The number of conflicts; below 0: something else. */
static long race(long count)
{
    long conflicts = 0;
    for (long done = 0; done < count / 2;) {
        counter *c      = load();
        int      result = c ? save(c) : -1;
        counter_free(c);
        if (result < 0) return -1;
        conflicts += result;
        done += !result;
    }
    for (long done = count / 2; done < count; done++) {
        dynox_error err = {0};
        tries           = 0;
        if (fails(counter_sync_modify(db, KEY, one_more, NULL, DYNOX_WITH(.table = table, .tries = 100, .error = &err)),
                  &err))
            return -1;
        conflicts += tries - 1;
    }
    return conflicts;
}

int main(int argc, char **argv)
{
    dynox_error err  = {0};
    counter    *mine = NULL;
    char        command[64];
    db    = dynox_client_new(.error = &err);
    table = argc > 1 ? argv[1] : "pydynox";
    if (!db) return dynox_error_print(stderr, &err), 1;
    while (fgets(command, sizeof command, stdin)) {
        if (strncmp(command, "load", 4) == 0) {
            counter_free(mine);
            mine = load();
            if (!mine) return 1;
            printf("%" PRId64 " %" PRId64 "\n", mine->value, mine->version);
        } else if (strncmp(command, "save", 4) == 0 && mine) {
            static const char *const words[] = {"failed", "saved", "conflict"};
            printf("%s\n", words[save(mine) + 1]);
        } else if (strncmp(command, "race ", 5) == 0) {
            printf("%ld\n", race(strtol(command + 5, NULL, 10)));
        }
        fflush(stdout);
    }
    counter_free(mine);
    dynox_client_free(db);
    return 0;
}
