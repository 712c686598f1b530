/* Entries of indexes: which a change of an item makes, and what they hold. That is a copy of what the index projects,
 * so that a page of it is read as one of a table; of a large item of which it projects all, the item's place. */
#include "local/store/key.h"
#include "local/table/catalog.h"
#include "local/table/keep.h"
#include "local/table/parts.h"

static bool is_projected(const dynox__table *table, const dynox__index *index, const dynox_named_value *attribute)
{
    if (dynox__is_part(&table->key, attribute->name, attribute->name_length)) return true;
    if (dynox__is_part(&index->key, attribute->name, attribute->name_length)) return true;
    for (size_t i = 0; i < index->included_count; i++)
        if (strlen(index->included[i]) == attribute->name_length &&
            memcmp(index->included[i], attribute->name, attribute->name_length) == 0)
            return true;
    return false;
}

bool dynox__index_project(dynox__local_call *call, const dynox__table *table, const dynox__index *index,
                          const dynox_item *item, dynox_item *projected)
{
    *projected = *item;
    if (index->projection == DYNOX__PROJECT_ALL) return true;
    dynox_named_value *attributes = dynox__arena_alloc(call->arena, item->count * sizeof *attributes);
    if (!attributes) return dynox__refuse_memory(&call->refusal);
    size_t count = 0;
    for (size_t i = 0; i < item->count; i++)
        if (is_projected(table, index, &item->attributes[i])) attributes[count++] = item->attributes[i];
    *projected = (dynox_item){attributes, count, NULL};
    return true;
}

static bool same(const dynox_item *a, const dynox_item *b)
{
    dynox_value one = dynox_map_of_item(a), other = dynox_map_of_item(b);
    return dynox__values_equal(&one, &other);
}

/* What a global index learns later waits in a queue: when, the place, and what it is to hold (nothing: it goes). */
static bool put_late(dynox__local_call *call, const dynox__buffer *place, const dynox__buffer *value)
{
    DYNOX__ROOM(key, 32);
    dynox__buffer what = {0};
    uint64_t      number;
    if (!dynox__keep_count(call, DYNOX__COUNTER_EVENTS, &number)) return false;
    int64_t due_us = call->now_us + (int64_t)call->settings->index_delay_ms * 1000;
    dynox__key_add_u32(&key, DYNOX__SPACE_LATE);
    dynox__key_add_u64(&key, (uint64_t)due_us);
    dynox__key_add_u64(&key, number);
    dynox__buffer_u64(&what, place->size);
    dynox__buffer_add(&what, place->data, place->size);
    if (value) dynox__buffer_add(&what, value->data, value->size);
    what.failed |= place->failed || (value && value->failed);
    bool done = dynox__keep_put(call, &key, &what);
    dynox__buffer_free(&what);
    dynox__catalog_due_by(call->catalog, due_us);
    return done;
}

static bool put_entry(dynox__local_call *call, const dynox__table *table, const dynox__index *index,
                      const dynox__buffer *place, const dynox_item *projected, size_t size)
{
    enum { LARGE = 512 }; /* below, a copy costs less than looking the item up */
    DYNOX__ROOM(value, 512);
    bool late = index->is_global && call->settings->late_indexes;
    /* An index that is late shows the item as it was. */
    if (!late && size > LARGE && index->projection == DYNOX__PROJECT_ALL)
        dynox__stored_refer(&value, table, projected, size);
    else
        dynox__stored_write(&value, projected, size);
    bool done = late ? put_late(call, place, &value) : dynox__keep_put(call, place, &value);
    dynox__buffer_free(&value);
    return done;
}

static bool remove_entry(dynox__local_call *call, const dynox__index *index, const dynox__buffer *place)
{
    bool late = index->is_global && call->settings->late_indexes;
    return late ? put_late(call, place, NULL) : dynox__keep_remove(call, place);
}

/* One side of a change: where its entry lies and what it shows. */
typedef struct entry {
    bool       is_there;
    dynox_item projected;
    size_t     size;
} entry;

static bool make_entry(dynox__local_call *call, const dynox__table *table, const dynox__index *index,
                       const dynox_item *item, dynox__buffer *place, entry *made)
{
    *made = (entry){0};
    if (!item || !dynox__index_place(table, index, item, place)) return true;
    made->is_there = true;
    if (!dynox__index_project(call, table, index, item, &made->projected)) return false;
    made->size = dynox__values_item_size(&made->projected);
    return true;
}

bool dynox__index_change(dynox__local_call *call, const dynox__table *table, size_t at, const dynox_item *before,
                         const dynox_item *after, dynox__written *written)
{
    const dynox__index *index = &table->indexes[at];
    if (index->status == DYNOX__TABLE_DELETING) return true;
    DYNOX__ROOM(old_place, 256);
    DYNOX__ROOM(new_place, 256);
    entry old, new;
    bool  done = make_entry(call, table, index, before, &old_place, &old) &&
                make_entry(call, table, index, after, &new_place, &new);
    if (!done) goto out;
    bool stays = old.is_there && new.is_there       &&old_place.size ==
                                     new_place.size &&memcmp(old_place.data, new_place.data, old_place.size) == 0;
    if (stays && old.size == new.size &&same(&old.projected, &new.projected)) goto out;
    written->indexes[at].before = old.size;
    written->indexes[at].after  = new.size;
    written->indexes[at].moved  = old.is_there && new.is_there && !stays;
    if (old.is_there && !stays) done = remove_entry(call, index, &old_place);
    if (done && new.is_there) done = put_entry(call, table, index, &new_place, &new.projected, new.size);
    if (done)
        done = dynox__counts_add(call, index->number, (int64_t) new.is_there - (int64_t)old.is_there,
                                 (int64_t) new.size - (int64_t)old.size);
out:
    dynox__buffer_free(&old_place);
    dynox__buffer_free(&new_place);
    return done;
}

static bool fill_one(dynox__local_call *call, void *arg, const dynox_item *item)
{
    dynox__written written = {0};
    return dynox__index_change(call, arg, 0, NULL, item, &written);
}

bool dynox__index_fill(dynox__local_call *call, const dynox__table *table, const dynox__index *index)
{
    dynox__table one = *table;
    one.indexes      = index;
    one.index_count  = 1;
    return dynox__table_each(call, table, fill_one, &one);
}
