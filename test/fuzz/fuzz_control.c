/* Answers of the control plane, made of any bytes: a struct that is whole, or an error and nothing; and the check of
 * dynox_call's texts changes none of them. */
#include "codec_items.h"
#include "fuzz/fuzz.h"
#include "value/json_c/control.h"
#include <dynox/backup.h>
#include <dynox/table_settings.h>

static size_t length_of(const char *text)
{
    return text ? strlen(text) : 0;
}

/* Reads all that is told: the sanitizers see whether it is there. */
static size_t walk_table(const dynox_table *table)
{
    size_t sum = length_of(table->name) + length_of(table->status) + length_of(table->restored_from);
    PROMISE(table->json && table->json[0] == '{');
    for (size_t i = 0; i < table->global_index_count; i++) {
        const dynox_index *index = &table->global_indexes[i];
        sum += length_of(index->name) + length_of(index->more_sort_keys[2].name);
        for (size_t k = 0; k < index->projected_count; k++)
            sum += strlen(index->projected[k]);
    }
    for (size_t i = 0; i < table->replica_count; i++)
        sum += length_of(table->replicas[i].region) + length_of(table->replicas[i].table_class);
    for (size_t i = 0; i < table->vector_index_count; i++)
        for (size_t k = 0; k < table->vector_indexes[i].filter_count; k++)
            sum += length_of(table->vector_indexes[i].filters[k]);
    return sum;
}

static void read_table(const char *body, size_t size)
{
    dynox_table     *table    = NULL;
    dynox__document *document = NULL;
    dynox_error      error    = {0};
    dynox_status     status   = dynox__control_table(body, size, "Table", &table, &document, &error);
    PROMISE((status == DYNOX_OK) == (table != NULL) && (table != NULL) == (document != NULL));
    PROMISE(status == DYNOX_OK || error.status == status);
    if (!table) return;
    dynox__shared_release(&document->shared); /* the table holds it, too */
    PROMISE(walk_table(table) <= 40 * size);
    dynox_table_free(table);
}

static void *read_kind(const dynox__control_kind *kind, const char *name, const char *body, size_t size)
{
    void            *made     = NULL;
    dynox__document *document = NULL;
    dynox_error      error    = {0};
    dynox_status     status   = dynox__control_read(kind, body, size, name, &made, &document, &error);
    PROMISE((status == DYNOX_OK) == (made != NULL) && (made != NULL) == (document != NULL));
    if (document) dynox__shared_release(&document->shared);
    return made;
}

static void read_lists(const char *body, size_t size)
{
    dynox_tags        *tags    = read_kind(&dynox__control_tags, "Tags", body, size);
    dynox_backups     *backups = read_kind(&dynox__control_backups, "BackupSummaries", body, size);
    dynox_table_names *names   = read_kind(&dynox__control_table_names, "TableNames", body, size);
    for (size_t i = 0; tags && i < tags->count; i++)
        PROMISE(length_of(tags->at[i].key) + length_of(tags->at[i].value) <= size);
    for (size_t i = 0; backups && i < backups->count; i++)
        PROMISE(length_of(backups->at[i].arn) <= size && backups->at[i].json);
    for (size_t i = 0; names && i < names->count; i++)
        PROMISE(strlen(names->names[i]) <= size);
    PROMISE((!tags || !tags->next || *tags->next) && (!backups || !backups->last || *backups->last));
    dynox_tags_free(tags);
    dynox_backups_free(backups);
    dynox_table_names_free(names);
    dynox_backup_free(read_kind(&dynox__control_backup, "BackupDescription", body, size));
    dynox_limits_free(read_kind(&dynox__control_limits, "AccountMaxReadCapacityUnits", body, size));
    dynox_time_to_live_free(read_kind(&dynox__control_time_to_live, "TimeToLiveDescription", body, size));
    dynox_continuous_backups_free(
        read_kind(&dynox__control_continuous_backups, "ContinuousBackupsDescription", body, size));
}

static void read_state(const char *body, size_t size)
{
    static const dynox__goal goals[] = {
        {.path    = {"ExportDescription"},
         .status  = "ExportStatus",
         .success = "COMPLETED",
         .failure = {"FAILED"},
         .reason  = {"FailureCode", "FailureMessage"}},
        {.list    = "KinesisDataStreamDestinations",
         .status  = "DestinationStatus",
         .success = "ACTIVE",
         .failure = {"DISABLED", "ENABLE_FAILED"},
         .in      = "Why",
         .reason  = {"Text"}},
    };
    for (int i = 0; i < 2; i++) {
        dynox__state state = {0};
        dynox_error  error = {0};
        dynox_status read  = dynox__control_state(body, size, &goals[i], &state, &error);
        PROMISE(read == DYNOX_OK || (error.status == read && state.verdict == DYNOX__STATE_UNDERWAY));
        PROMISE(memchr(state.status, 0, sizeof state.status) && memchr(state.reason, 0, sizeof state.reason));
        PROMISE((state.verdict == DYNOX__STATE_REACHED) == (strcmp(state.status, goals[i].success) == 0));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char        *body  = codec_body((const char *)data, size);
    dynox_error  error = {0};
    dynox_status good  = dynox__decode_check(body, size, &error);
    PROMISE(good == error.status && memcmp(body, data, size) == 0);
    read_table(body, size);
    read_lists(body, size);
    read_state(body, size);
    free(body);
    return 0;
}
