/* Indexes of vectors. */
#include "local/table/vector.h"
#include "local/table/keep.h"
#include "local/table/parts.h"
#include "value/text/number.h"

bool dynox__is_searched(const dynox__table *table, const char *name, size_t length)
{
    for (size_t i = 0; i < table->vector_count; i++)
        for (size_t j = 0; j < table->vectors[i].schema_count; j++) {
            const dynox__key_part *part = &table->vectors[i].schema[j];
            if (part->length == length && memcmp(part->name, name, length) == 0) return true;
        }
    return false;
}

const dynox_value *dynox__vector_of(const dynox__vector_index *vector, const dynox_item *item)
{
    const dynox_value *value = dynox__attribute(item, vector->attribute, strlen(vector->attribute));
    if (!value || value->type != DYNOX_L || value->length != vector->dimensions) return NULL;
    for (uint32_t i = 0; i < value->length; i++)
        if (value->as.list[i].type != DYNOX_N) return NULL;
    const dynox_value *hash = vector->has_hash ? dynox__part_of(item, &vector->schema[0]) : NULL;
    return vector->has_hash && (!hash || hash->type != vector->schema[0].type) ? NULL : value;
}

bool dynox__vector_read(const dynox_value *numbers, size_t count, double *to)
{
    for (size_t i = 0; i < count; i++)
        if (numbers[i].type != DYNOX_N || !dynox__number_to_double(numbers[i].as.text, numbers[i].length, &to[i]))
            return false;
    return true;
}

/* The square root, so that nobody has to link a library for it: half the exponent is a first guess, and each of
 * Newton's steps doubles the digits that are right. */
static double root(double square)
{
    uint64_t bits;
    double   guess;
    if (!(square > 0)) return 0;
    memcpy(&bits, &square, sizeof bits);
    bits = (bits >> 1) + (UINT64_C(0x1ff8) << 48);
    memcpy(&guess, &bits, sizeof guess);
    for (int i = 0; i < 5; i++)
        guess = (guess + square / guess) / 2;
    return guess;
}

double dynox__vector_score(const dynox__vector_index *vector, const double *a, const double *b)
{
    double dot = 0, of_a = 0, of_b = 0, apart = 0;
    for (int64_t i = 0; i < vector->dimensions; i++) {
        dot += a[i] * b[i];
        of_a += a[i] * a[i];
        of_b += b[i] * b[i];
        apart += (a[i] - b[i]) * (a[i] - b[i]);
    }
    if (vector->distance == DYNOX__DOT_PRODUCT) return dot;
    if (vector->distance == DYNOX__EUCLIDEAN) return root(apart);
    /* A vector of zeros points nowhere: it is as far from one as from its opposite. */
    return of_a > 0 && of_b > 0 ? 1 - dot / (root(of_a) * root(of_b)) : 1;
}

/* ---- counts ---- */

static bool count_one(dynox__local_call *call, const dynox__table *table, const dynox__vector_index *vector,
                      const dynox_item *before, const dynox_item *after)
{
    const dynox_item *sides[] = {before, after};
    int64_t           items = 0, bytes = 0;
    if (vector->index.status == DYNOX__TABLE_DELETING) return true;
    for (int i = 0, sign = -1; i < 2; i++, sign = 1) {
        dynox_item shown;
        if (!sides[i] || !dynox__vector_of(vector, sides[i])) continue;
        if (!dynox__index_project(call, table, &vector->index, sides[i], &shown)) return false;
        items += sign;
        bytes += sign * (int64_t)dynox__values_item_size(&shown);
    }
    return dynox__counts_add(call, vector->index.number, items, bytes);
}

bool dynox__vector_change(dynox__local_call *call, const dynox__table *table, const dynox_item *before,
                          const dynox_item *after)
{
    for (size_t i = 0; i < table->vector_count; i++)
        if (!count_one(call, table, &table->vectors[i], before, after)) return false;
    return true;
}

static bool fill_one(dynox__local_call *call, void *arg, const dynox_item *item)
{
    const dynox__table *one = arg;
    return count_one(call, one, &one->vectors[0], NULL, item);
}

bool dynox__vector_fill(dynox__local_call *call, const dynox__table *table, const dynox__vector_index *vector)
{
    dynox__table one = *table;
    one.vectors      = vector;
    one.vector_count = 1;
    return dynox__table_each(call, table, fill_one, &one);
}
