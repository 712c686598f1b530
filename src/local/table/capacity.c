/* What requests consume, in halves of a unit: a unit writes 1 KB, or reads 4 KB consistently. */
#include "local/table/table.h"

static uint64_t write_units(size_t bytes)
{
    return bytes <= 1024 ? 1 : (bytes + 1023) / 1024;
}

void dynox__consume_write(dynox__consumed *consumed, const dynox__written *written, unsigned factor)
{
    size_t larger = written->before > written->after ? written->before : written->after;
    consumed->write += 2 * factor * write_units(larger);
    for (size_t i = 0; i < DYNOX__MOST_INDEXES; i++) {
        size_t before = written->indexes[i].before, after = written->indexes[i].after;
        if (!before && !after) continue;
        uint64_t units = written->indexes[i].moved ? write_units(before) + write_units(after)
                                                   : write_units(before > after ? before : after);
        consumed->indexes[i].write += 2 * factor * units;
    }
}

/* By the number: the table may have been read twice in one call, and the index be one of the other copy. */
static size_t place_of(const dynox__table *table, const dynox__index *index)
{
    size_t i = 0;
    while (i < table->index_count && table->indexes[i].number != index->number)
        i++;
    return i;
}

void dynox__consume_read(dynox__consumed *consumed, const dynox__index *index, size_t bytes, bool consistent,
                         unsigned factor)
{
    uint64_t units  = bytes <= 4096 ? 1 : (bytes + 4095) / 4096;
    uint64_t halves = units * (consistent ? 2 : 1) * factor;
    size_t   at     = index ? place_of(consumed->table, index) : 0;
    if (!index)
        consumed->read += halves;
    else if (at < consumed->table->index_count)
        consumed->indexes[at].read += halves;
}

dynox__capacity_detail dynox__capacity_wanted(const dynox__tree *request)
{
    const char *wanted = dynox__tree_text(request, "ReturnConsumedCapacity");
    if (wanted && strcmp(wanted, "INDEXES") == 0) return DYNOX__CAPACITY_INDEXES;
    return wanted && strcmp(wanted, "TOTAL") == 0 ? DYNOX__CAPACITY_TOTAL : DYNOX__CAPACITY_NONE;
}

static void write_halves(dynox__buffer *answer, const char *name, uint64_t halves)
{
    dynox__buffer_byte(answer, '"');
    dynox__buffer_text(answer, name);
    dynox__buffer_text(answer, "\":");
    dynox__buffer_unsigned(answer, halves / 2);
    dynox__buffer_text(answer, halves % 2 ? ".5" : ".0");
}

/* The members of a Capacity; a transaction tells which kind of units they are. */
static void write_units_of(dynox__buffer *answer, uint64_t read, uint64_t write, bool in_transaction)
{
    write_halves(answer, "CapacityUnits", read + write);
    if (!in_transaction) return;
    if (read) {
        dynox__buffer_byte(answer, ',');
        write_halves(answer, "ReadCapacityUnits", read);
    }
    if (write) {
        dynox__buffer_byte(answer, ',');
        write_halves(answer, "WriteCapacityUnits", write);
    }
}

static void write_indexes(dynox__buffer *answer, const dynox__consumed *consumed, bool global, bool in_transaction)
{
    bool any = false;
    for (size_t i = 0; i < consumed->table->index_count; i++) {
        const dynox__index *index = &consumed->table->indexes[i];
        uint64_t            read = consumed->indexes[i].read, write = consumed->indexes[i].write;
        if (index->is_global != global || !(read + write)) continue;
        if (any)
            dynox__buffer_byte(answer, ',');
        else
            dynox__buffer_text(answer, global ? ",\"GlobalSecondaryIndexes\":{" : ",\"LocalSecondaryIndexes\":{");
        any = true;
        dynox__values_write_text(answer, index->name, strlen(index->name));
        dynox__buffer_text(answer, ":{");
        write_units_of(answer, read, write, in_transaction);
        dynox__buffer_byte(answer, '}');
    }
    if (any) dynox__buffer_byte(answer, '}');
}

void dynox__capacity_write(dynox__buffer *answer, const dynox__consumed *consumed, dynox__capacity_detail detail,
                           bool in_transaction)
{
    if (detail == DYNOX__CAPACITY_NONE) return;
    uint64_t read = consumed->read, write = consumed->write;
    for (size_t i = 0; i < consumed->table->index_count; i++) {
        read += consumed->indexes[i].read;
        write += consumed->indexes[i].write;
    }
    dynox__buffer_text(answer, "{\"TableName\":");
    dynox__values_write_text(answer, consumed->table->name, strlen(consumed->table->name));
    dynox__buffer_byte(answer, ',');
    write_units_of(answer, read, write, in_transaction);
    if (detail == DYNOX__CAPACITY_INDEXES) {
        dynox__buffer_text(answer, ",\"Table\":{");
        write_units_of(answer, consumed->read, consumed->write, in_transaction);
        dynox__buffer_byte(answer, '}');
        write_indexes(answer, consumed, false, in_transaction);
        write_indexes(answer, consumed, true, in_transaction);
    }
    dynox__buffer_byte(answer, '}');
}
