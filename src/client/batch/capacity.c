/* Consumed capacity of many requests: tables and their indexes are few, so they are looked for one by one. */
#include "client/batch/capacity.h"
#include "base/alloc.h"
#include <string.h>

static void destroy(dynox__shared *shared)
{
    dynox__capacity_sum *sum = DYNOX__CONTAINER(shared, dynox__capacity_sum, shared);
    for (size_t i = 0; i < sum->count; i++) {
        dynox_capacity *table = &sum->tables[i];
        for (size_t k = 0; k < table->index_count; k++)
            dynox__free((char *)(uintptr_t)table->indexes[k].index);
        dynox__free((dynox_index_capacity *)(uintptr_t)table->indexes);
        dynox__free((char *)(uintptr_t)table->table);
    }
    dynox__free(sum->tables);
    dynox__free(sum);
}

dynox__capacity_sum *dynox__capacity_sum_new(void)
{
    dynox__capacity_sum *sum = dynox__calloc(sizeof *sum);
    if (sum) dynox__shared_init(&sum->shared, destroy);
    return sum;
}

/* One more element, zeroed. NULL: out of memory. */
static void *add_element(void **array, size_t *count, size_t size)
{
    char *larger = dynox__realloc_array(*array, *count + 1, size);
    if (!larger) return NULL;
    *array = larger;
    return memset(larger + (*count)++ * size, 0, size);
}

static dynox_capacity *table_of(dynox__capacity_sum *sum, const char *name)
{
    void *tables = sum->tables;
    for (size_t i = 0; i < sum->count; i++)
        if (strcmp(sum->tables[i].table, name) == 0) return &sum->tables[i];
    char *copy = dynox__strdup(name);
    if (!copy) return NULL;
    dynox_capacity *made = add_element(&tables, &sum->count, sizeof *made);
    if (!made) {
        dynox__free(copy);
        return NULL;
    }
    sum->tables = tables;
    made->table = copy;
    return made;
}

static dynox_index_capacity *index_of(dynox_capacity *table, const dynox_index_capacity *wanted)
{
    dynox_index_capacity *indexes = (dynox_index_capacity *)(uintptr_t)table->indexes;
    void                 *array   = indexes;
    for (size_t i = 0; i < table->index_count; i++)
        if (indexes[i].global == wanted->global && strcmp(indexes[i].index, wanted->index) == 0) return &indexes[i];
    char *copy = dynox__strdup(wanted->index);
    if (!copy) return NULL;
    dynox_index_capacity *made = add_element(&array, &table->index_count, sizeof *made);
    if (!made) {
        dynox__free(copy);
        return NULL;
    }
    table->indexes = array;
    made->index    = copy;
    made->global   = wanted->global;
    return made;
}

static bool add_table(dynox__capacity_sum *sum, const dynox_capacity *from)
{
    dynox_capacity *to = table_of(sum, from->table ? from->table : "");
    if (!to) return false;
    to->units += from->units;
    to->read_units += from->read_units;
    to->write_units += from->write_units;
    to->table_units += from->table_units;
    for (size_t i = 0; i < from->index_count; i++) {
        dynox_index_capacity *index = index_of(to, &from->indexes[i]);
        if (!index) return false;
        index->units += from->indexes[i].units;
        index->read_units += from->indexes[i].read_units;
        index->write_units += from->indexes[i].write_units;
    }
    return true;
}

void dynox__capacity_sum_add(dynox__capacity_sum *sum, const dynox_capacity *tables, size_t count)
{
    for (size_t i = 0; i < count && !sum->failed; i++)
        sum->failed = !add_table(sum, &tables[i]);
}
