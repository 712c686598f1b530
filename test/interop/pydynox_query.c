/* CPU seconds of a query into records, to compare with pydynox_query.py. Usage: pydynox_query TABLE COUNT ROUNDS. */
#include "pydynox_models.h"

#include <sys/resource.h>

/* Of all threads. */
static double cpu_seconds(void)
{
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

/* Seconds; below 0: these are not the items. */
static double query(dynox_client *db, const char *table, int64_t expected)
{
    dynox_error   err     = {0};
    double        started = cpu_seconds();
    int64_t       count   = 0;
    bool          right   = true;
    dynox_stream *all     = event_query(db, &(event){.pk = "EVENT"}, DYNOX_WITH(.table = table));
    for (const event *e; (e = event_next(all, &err)); count++)
        right = right && e->count == count && e->created_at == WHEN + count;
    dynox_stream_free(all);
    double took = cpu_seconds() - started;
    if (err.status != DYNOX_OK) dynox_error_print(stderr, &err);
    return err.status == DYNOX_OK && right && count == expected ? took : -1;
}

int main(int argc, char **argv)
{
    dynox_error   err  = {0};
    dynox_client *db   = dynox_client_new(.error = &err);
    double        best = 0;
    if (!db || argc != 4) return dynox_error_print(stderr, &err), 2;
    for (long i = 0, rounds = strtol(argv[3], NULL, 10); i < rounds; i++) {
        double took = query(db, argv[1], strtol(argv[2], NULL, 10));
        if (took < 0) return 1;
        if (i == 0 || took < best) best = took;
    }
    printf("%.6f\n", best);
    dynox_client_free(db);
    return 0;
}
