/* What bench_codec decodes: answers as the service sends them, made here. */
#ifndef DYNOX_TEST_BENCH_CODEC_PAGES_H
#define DYNOX_TEST_BENCH_CODEC_PAGES_H

#include "base/buffer.h"

enum { PAGE_ITEMS = 2500, NESTED_PAGE_ITEMS = 900 };

/* About 400 bytes of names and values, as the service counts them, in eight attributes. */
static void add_flat_item(dynox__buffer *json, unsigned number)
{
    dynox__buffer_format(
        json,
        "{\"pk\":{\"S\":\"CUSTOMER#%08u\"},\"sk\":{\"S\":\"ORDER#2024-05-%02u#%06u\"},\"status\":{\"S\":\"shipped\"},"
        "\"total\":{\"N\":\"%u.%02u\"},\"created_at\":{\"N\":\"17150%05u\"},\"express\":{\"BOOL\":%s},"
        "\"tags\":{\"SS\":[\"gift\",\"fragile\",\"b%u\"]},\"address\":{\"S\":\"%u Long Acre, Flat %u, Covent Garden, "
        "London "
        "WC2E 9JT, United Kingdom; leave the parcel with the neighbours at number %u, who are at home in the morning "
        "on all "
        "days but Tuesday and take in everything that fits through their door; ring twice\"}}",
        number * 7919, number % 28 + 1, number, number % 900, number % 100, number, number % 2 ? "true" : "false",
        number % 10, number % 90 + 10, number % 50, number % 90 + 11);
}

/* About 4 KB in tokens of some 10 bytes: lists of maps with maps in them. */
static void add_cart(dynox__buffer *json)
{
    dynox__buffer_text(json, "{\"pk\":{\"S\":\"CART#1\"},\"lines\":{\"L\":[");
    for (unsigned i = 0; i < 64; i++)
        dynox__buffer_format(
            json,
            "%s{\"M\":{\"sku\":{\"S\":\"SKU-%05u\"},\"n\":{\"N\":\"%u\"},\"price\":{\"M\":{\"amount\":{\"N\":\"%u.99\"}"
            ","
            "\"cur\":{\"S\":\"EUR\"}}},\"opts\":{\"L\":[{\"S\":\"red\"},{\"BOOL\":true},{\"NULL\":true}]}}}",
            i ? "," : "", i, i % 5 + 1, i * 3);
    dynox__buffer_text(json, "]}}");
}

/* An order as a document: maps in lists in maps, short tokens, escapes, and text beyond ASCII. */
static void add_nested_item(dynox__buffer *json, unsigned number)
{
    dynox__buffer_format(json,
                         "{\"pk\":{\"S\":\"CUSTOMER#%08u\"},\"sk\":{\"S\":\"ORDER#%06u\"},\"note\":{\"S\":\"Line 1: "
                         "\\\"ring twice\\\"\\nLine 2: caf\\u00e9 at no. %u\\tC:\\\\Temp\\\\%u.txt\"},\"city\":{\"S\":"
                         "\"M\xC3\xBCnchen, Stra\xC3\x9F"
                         "e %u\"},\"mood\":{\"S\":\"\\uD83D\\uDE00 \xE6\x97\xA5\xE6\x9C\xAC\"},\"lines\":{\"L\":[",
                         number * 7919, number, number % 90, number, number % 300);
    for (unsigned i = 0; i < 6; i++)
        dynox__buffer_format(json,
                             "%s{\"M\":{\"sku\":{\"S\":\"SKU-%05u\"},\"n\":{\"N\":\"%u\"},\"price\":{\"M\":{\"amount\":"
                             "{\"N\":\"%u.99\"},\"cur\":{\"S\":\"EUR\"}}},\"opts\":{\"L\":[{\"S\":\"%s\"},{\"BOOL\":"
                             "%s},{\"NULL\":true},{\"N\":\"-%u\"}]}}}",
                             i ? "," : "", number + i, i % 5 + 1, number % 900 * i,
                             i % 3 ? "red" : "12\\\" \\u00d7 9\\\"", i % 2 ? "true" : "false", i);
    dynox__buffer_format(
        json,
        "]},\"seen\":{\"NS\":[\"%u\",\"17150%05u\"]},\"meta\":{\"M\":{\"v\":{\"N\":\"2\"},\"tags\":"
        "{\"SS\":[\"a\",\"b%u\"]},\"raw\":{\"B\":\"AAEC%04uAwQFBgcICQ==\"},\"gone\":{\"NULL\":true}}}}",
        number, number, number % 10, number % 10000);
}

static void add_page(dynox__buffer *json, void (*add)(dynox__buffer *, unsigned), unsigned count)
{
    dynox__buffer_format(json, "{\"Count\":%u,\"Items\":[", count);
    for (unsigned i = 0; i < count; i++) {
        if (i) dynox__buffer_byte(json, ',');
        add(json, i);
    }
    dynox__buffer_format(json, "],\"ScannedCount\":%u,\"LastEvaluatedKey\":{\"pk\":{\"S\":\"x\"}}}", count);
}

typedef struct input {
    const char   *name;
    dynox__buffer json;
    unsigned      batch; /* how many in a round: rounds must be long enough for the clock */
} input;

enum { INPUTS = 4, FLAT_PAGE = 2, NESTED_PAGE = 3 };

static void make_inputs(input inputs[INPUTS])
{
    inputs[0] = (input){.name = "GetItem 400 B", .batch = 400};
    dynox__buffer_text(&inputs[0].json, "{\"Item\":");
    add_flat_item(&inputs[0].json, 1234);
    dynox__buffer_text(&inputs[0].json, "}");

    inputs[1] = (input){.name = "GetItem 4 KB nested", .batch = 20};
    dynox__buffer_text(&inputs[1].json, "{\"Item\":");
    add_cart(&inputs[1].json);
    dynox__buffer_text(&inputs[1].json, "}");

    inputs[FLAT_PAGE] = (input){.name = "Query page 1 MB", .batch = 1};
    add_page(&inputs[FLAT_PAGE].json, add_flat_item, PAGE_ITEMS);

    inputs[NESTED_PAGE] = (input){.name = "the same, nested", .batch = 1};
    add_page(&inputs[NESTED_PAGE].json, add_nested_item, NESTED_PAGE_ITEMS);
}

#endif
