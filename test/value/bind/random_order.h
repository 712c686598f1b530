/* Orders with random members of all kinds. */
#ifndef DYNOX_TEST_RANDOM_ORDER_H
#define DYNOX_TEST_RANDOM_ORDER_H

#include "value/random_value.h"
#include "written.h"

static const char *random_line_text(random_values *r)
{
    size_t length;
    return random_below(r, 4) ? random_text(r, &length, false) : NULL;
}

/* Texts that differ. */
static const char **random_texts(random_values *r, size_t count)
{
    const char **texts = (const char **)dynox__arena_alloc(&r->arena, (count + 1) * sizeof *texts);
    for (size_t i = 0; i < count; i++) {
        size_t length;
        char  *text    = random_text(r, &length, false);
        text[length++] = (char)('a' + i);
        text[length]   = 0;
        texts[i]       = text;
    }
    return texts;
}

static line random_line(random_values *r)
{
    line made = {random_line_text(r), (int32_t)r->state, {NULL, 0}};
    if (random_below(r, 2)) {
        made.notes.count = random_below(r, 4);
        made.notes.at    = random_texts(r, made.notes.count);
    }
    return made;
}

static void random_numbers(random_values *r, order *to)
{
    int64_t    *ints   = (int64_t *)dynox__arena_alloc(&r->arena, 40 * sizeof *ints);
    double     *reals  = (double *)dynox__arena_alloc(&r->arena, 40 * sizeof *reals);
    dynox_blob *blobs  = (dynox_blob *)dynox__arena_alloc(&r->arena, 40 * sizeof *blobs);
    uint32_t    start  = random_below(r, 1000);
    size_t      length = 0;
    for (int i = 0; i < 40; i++) { /* all of them differ */
        ints[i]     = (int64_t)start * 1000003 * (i + 1) - 500000;
        reals[i]    = (double)(i * 37 % 40) + (double)random_below(r, 1000) / 1001;
        char *bytes = random_text(r, &length, true);
        bytes[0]    = (char)i;
        blobs[i]    = (dynox_blob){bytes, length ? length : 1};
    }
    to->numbers.at = start % 3 ? ints : NULL;
    to->ids.at     = start ? ints : NULL;
    to->reals.at = to->weights.at = reals;
    to->hashes.at                 = blobs;
    to->numbers.count             = random_below(r, 40);
    to->ids.count                 = random_below(r, 40);
    to->reals.count               = random_below(r, 40);
    to->weights.count             = random_below(r, 40);
    to->hashes.count              = random_below(r, 40);
}

static void random_scalars(random_values *r, order *to)
{
    size_t length;
    to->pk   = random_line_text(r);
    to->sk   = random_line_text(r);
    to->name = random_line_text(r);
    snprintf(to->code, sizeof to->code, "%u", random_below(r, 1000));
    to->small   = (int8_t)random_below(r, 256);
    to->wide    = r->state * 3;
    to->age     = (int64_t)r->state;
    to->version = random_below(r, 3);
    to->total   = (double)(int64_t)r->state / (1 + random_below(r, 100000));
    to->weight  = (float)random_below(r, 100000) / 1000;
    dynox_value number;
    do
        number = random_number(r);
    while (number.number_ != DYNOX_NUMBER_TEXT_);
    to->exact      = random_below(r, 3) ? number.as.text : NULL;
    to->has_paid   = random_below(r, 2);
    to->paid       = random_below(r, 2);
    to->has_note   = random_below(r, 2);
    to->has_bonus  = random_below(r, 2);
    to->bonus      = (int)random_below(r, 5);
    to->created    = (int64_t)random_below(r, 2000000000) - 1000000000;
    to->created_us = (int64_t)random_below(r, 2000000000) * 1000003 - 1000000000;
    to->expires    = random_below(r, 3);
    to->shade      = random_below(r, 2) ? OTHER : GREEN;
    to->has_shade  = random_below(r, 2);
    if (random_below(r, 2)) {
        to->picture.bytes = random_text(r, &length, true);
        to->picture.size  = length;
    }
}

static order random_order(random_values *r)
{
    order made = {0};
    random_scalars(r, &made);
    random_numbers(r, &made);
    made.has_first = random_below(r, 2);
    made.first     = random_line(r);
    made.has_plain = random_below(r, 2);
    made.plain     = (flat){random_line_text(r), (int16_t)random_below(r, 100), "abc"};
    made.has_inner = random_below(r, 2);
    made.inner     = (deep){random_below(r, 2) ? random_value(r, 2) : dynox_invalid(), 5};
    if (random_below(r, 2)) {
        made.lines.count = random_below(r, 4);
        made.lines.at    = (line *)dynox__arena_alloc(&r->arena, 4 * sizeof(line));
        for (size_t i = 0; i < made.lines.count; i++)
            made.lines.at[i] = random_line(r);
    }
    made.names.count = random_below(r, 4);
    made.names.at    = random_below(r, 2) ? random_texts(r, made.names.count) : NULL;
    made.tags.count  = random_below(r, 20);
    made.tags.at     = random_texts(r, made.tags.count);
    made.any         = random_below(r, 2) ? random_value(r, 1) : dynox_invalid();
    if (random_below(r, 2)) made.price = (money){random_below(r, 1000), "EUR"};
    size_t length;
    if (random_below(r, 2)) made.title.text = random_text(r, &length, false);
    made.rest = random_members(r, 1);
    return made;
}

#endif
