/* How fast is the codec, compared with json-c making the same items out of the same bytes (and the other way round),
 * with yyjson making only its tree of them (where ./dev bench could get it), and its base64 with OpenSSL's?
 *
 * All inputs are made here. They take turns, round by round, and the best round of each counts, so that what else the
 * machine does weighs on all. Times are CPU time of this thread. The decoder works in place: it gets a fresh copy of
 * the body each time, which is made outside of the measured time; so does yyjson, with its memory allocated before.
 * With
 * --check, the program fails when a bar is missed. */
#include "bench/codec_pages.h"
#include "codec_items.h"
#include "codec_jsonc.h"
#include "value/json/encode.h"
#include <time.h>
#ifdef DYNOX_HAVE_YYJSON
#include <yyjson.h>
#endif

enum { ROUNDS = 25 };

/* What the pages must reach, for --check: so many times as fast as json-c, and at most such a part of yyjson's time. */
static const double page_bar = 30, yyjson_bar = 1;

typedef struct answer {
    const dynox_item *item, *last_key;
    dynox__items      items;
    int64_t           count, scanned;
} answer;

static const dynox__field fields[] = {
    DYNOX__FIELD("Item", ITEM, answer, item),
    DYNOX__FIELD("Items", ITEMS, answer, items),
    DYNOX__FIELD("Count", INTEGER, answer, count),
    DYNOX__FIELD("ScannedCount", INTEGER, answer, scanned),
    DYNOX__FIELD("LastEvaluatedKey", ITEM, answer, last_key),
};

static void fail(const char *what)
{
    fprintf(stderr, "bench_codec: %s\n", what);
    exit(2);
}

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* ---- counting what the decoder allocates ---- */

static size_t allocations;

static void *counting_malloc(size_t size)
{
    allocations++;
    return malloc(size);
}

static void *counting_realloc(void *old, size_t size)
{
    allocations++;
    return realloc(old, size);
}

/* ---- decoding ---- */

static void decode(char *body, size_t length, dynox__arena *arena, answer *result)
{
    dynox_error error = {0};
    *result           = (answer){0};
    dynox__arena_reset(arena);
    if (dynox__decode(body, length, arena, fields, sizeof fields / sizeof *fields, result, NULL, &error))
        fail(error.message);
}

static bool jsonc_item(json_object *object, dynox__arena *arena, dynox_item *item)
{
    *item = (dynox_item){0};
    return jsonc_map(object, arena, &item->attributes, &item->count);
}

static void decode_with_jsonc(struct json_tokener *tokener, const dynox__buffer *json, dynox__arena *arena,
                              answer *result)
{
    json_object *item, *items;
    *result = (answer){0};
    dynox__arena_reset(arena);
    json_tokener_reset(tokener);
    json_object *object = json_tokener_parse_ex(tokener, json->data, (int)json->size);
    if (!object) fail("json-c refuses the input");
    if (json_object_object_get_ex(object, "Item", &item)) {
        dynox_item *single = codec_alloc(arena, sizeof *single);
        if (!jsonc_item(item, arena, single)) fail("json-c: no item");
        result->item = single;
    }
    if (json_object_object_get_ex(object, "Items", &items)) {
        result->items.count = json_object_array_length(items);
        result->items.items = codec_alloc(arena, result->items.count * sizeof *result->items.items);
        for (size_t i = 0; i < result->items.count; i++)
            if (!jsonc_item(json_object_array_get_idx(items, i), arena, &result->items.items[i]))
                fail("json-c: no item");
    }
    json_object_put(object);
}

static void check_same(const answer *a, const answer *b)
{
    if (!a->item != !b->item || a->items.count != b->items.count) fail("the decoders disagree");
    if (a->item && !codec_same_item(a->item, b->item)) fail("the decoders disagree");
    for (size_t i = 0; i < a->items.count; i++)
        if (!codec_same_item(&a->items.items[i], &b->items.items[i])) fail("the decoders disagree");
}

/* ---- yyjson: only the tree, in place, with all memory there ---- */

#ifdef DYNOX_HAVE_YYJSON
static double measure_yyjson(char *bodies, size_t stride, const input *in)
{
    static void  *pool;
    static size_t pool_size;
    size_t        need = yyjson_read_max_memory_usage(in->json.size, YYJSON_READ_INSITU) + 4096;
    yyjson_alc    alc;
    if (need > pool_size) {
        free(pool);
        pool      = malloc(need);
        pool_size = need;
        if (!pool) fail("out of memory");
        memset(pool, 1, need);
    }
    double start = cpu_seconds();
    for (unsigned i = 0; i < in->batch; i++) {
        yyjson_alc_pool_init(&alc, pool, pool_size);
        if (!yyjson_read_opts(bodies + i * stride, in->json.size, YYJSON_READ_INSITU, &alc, NULL))
            fail("yyjson refuses the input");
    }
    return cpu_seconds() - start;
}
#else
static double measure_yyjson(char *bodies, size_t stride, const input *in)
{
    (void)bodies, (void)stride, (void)in;
    return 0;
}
#endif

static void copy_bodies(char *bodies, const dynox__buffer *json, unsigned batch)
{
    size_t stride = json->size + DYNOX__DECODE_PADDING;
    for (unsigned i = 0; i < batch; i++) {
        memcpy(bodies + i * stride, json->data, json->size);
        memset(bodies + i * stride + json->size, 0, DYNOX__DECODE_PADDING);
    }
}

typedef struct result {
    double faster;    /* so many times as fast as json-c */
    double of_yyjson; /* such a part of yyjson's time; 0: it is not there */
    size_t allocations;
} result;

static result measure_decoding(const input *in)
{
    size_t               stride  = in->json.size + DYNOX__DECODE_PADDING;
    char                *bodies  = malloc(stride * in->batch);
    struct json_tokener *tokener = json_tokener_new_ex(128);
    dynox__arena         ours = {0}, theirs = {0};
    double               best = 1e9, best_jsonc = 1e9, best_yyjson = 1e9;
    answer               decoded = {0}, reference = {0};
    size_t               warm = 0;
    if (!bodies || !tokener) fail("out of memory");
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
    for (int round = -2; round < ROUNDS; round++) { /* the first two only warm up */
        double start = cpu_seconds();
        for (unsigned i = 0; i < in->batch; i++)
            decode_with_jsonc(tokener, &in->json, &theirs, &reference);
        double jsonc = cpu_seconds() - start;

        copy_bodies(bodies, &in->json, in->batch);
        double yyjson = measure_yyjson(bodies, stride, in);

        copy_bodies(bodies, &in->json, in->batch);
        size_t before = allocations;
        start         = cpu_seconds();
        for (unsigned i = 0; i < in->batch; i++)
            decode(bodies + i * stride, in->json.size, &ours, &decoded);
        double elapsed = cpu_seconds() - start;
        if (round < 0) {
            check_same(&decoded, &reference);
            continue;
        }
        warm += allocations - before;
        if (elapsed < best) best = elapsed;
        if (jsonc < best_jsonc) best_jsonc = jsonc;
        if (yyjson < best_yyjson) best_yyjson = yyjson;
    }
    double bytes = (double)in->json.size * in->batch;
    result all   = {best_jsonc / best, best_yyjson > 0 ? best / best_yyjson : 0, warm};
    printf("decode %-20s %9zu %12.0f %12.0f %9.1f", in->name, in->json.size, bytes / best_jsonc / 1e6,
           bytes / best / 1e6, all.faster);
    if (all.of_yyjson > 0)
        printf(" %11.2f %8zu\n", all.of_yyjson, warm);
    else
        printf(" %11s %8zu\n", "-", warm);
    dynox__arena_free(&ours);
    dynox__arena_free(&theirs);
    json_tokener_free(tokener);
    free(bodies);
    return all;
}

/* ---- encoding ---- */

static json_object *jsonc_from_value(const dynox_value *value)
{
    static const char *const tags[] = {"", "S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"};
    json_object             *object = json_object_new_object(), *content;
    switch (value->type) {
    case DYNOX_BOOL: content = json_object_new_boolean(value->as.boolean); break;
    case DYNOX_SS:
        content = json_object_new_array_ext((int)value->length);
        for (uint32_t i = 0; i < value->length; i++)
            json_object_array_add(content,
                                  json_object_new_string_len(value->as.list[i].as.text, (int)value->as.list[i].length));
        break;
    default:
        content = json_object_new_string_len(value->as.text, (int)value->length);
        break; /* the item has no other types */
    }
    json_object_object_add_ex(object, tags[value->type], content,
                              JSON_C_OBJECT_ADD_KEY_IS_NEW | JSON_C_OBJECT_ADD_CONSTANT_KEY);
    return object;
}

static void encode_with_jsonc(const dynox_item *item, dynox__buffer *buffer)
{
    json_object *request = json_object_new_object(), *object = json_object_new_object();
    size_t       length;
    for (size_t i = 0; i < item->count; i++)
        json_object_object_add_ex(object, item->attributes[i].name, jsonc_from_value(&item->attributes[i].value),
                                  JSON_C_OBJECT_ADD_KEY_IS_NEW);
    json_object_object_add(request, "TableName", json_object_new_string("orders"));
    json_object_object_add(request, "Item", object);
    const char *text =
        json_object_to_json_string_length(request, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &length);
    buffer->size = 0;
    dynox__buffer_add(buffer, text, length);
    json_object_put(request);
}

static void encode(const dynox_item *item, dynox__buffer *buffer)
{
    buffer->size = 0;
    DYNOX__BUFFER_LITERAL(buffer, "{\"TableName\":\"orders\",\"Item\":");
    if (dynox__encode_item(buffer, item, NULL)) fail("the encoder refuses the item");
    dynox__buffer_byte(buffer, '}');
}

static void measure_encoding(const input *in)
{
    enum { BATCH = 2000 };
    char         *body  = codec_body(in->json.data, in->json.size);
    dynox__arena  arena = {0};
    dynox__buffer ours = {0}, theirs = {0};
    double        best = 1e9, best_jsonc = 1e9;
    answer        decoded;
    decode(body, in->json.size, &arena, &decoded);
    for (int round = 0; round < ROUNDS; round++) {
        double start = cpu_seconds();
        for (int i = 0; i < BATCH; i++)
            encode_with_jsonc(decoded.item, &theirs);
        double jsonc = cpu_seconds() - start;
        start        = cpu_seconds();
        for (int i = 0; i < BATCH; i++)
            encode(decoded.item, &ours);
        double elapsed = cpu_seconds() - start;
        if (elapsed < best) best = elapsed;
        if (jsonc < best_jsonc) best_jsonc = jsonc;
    }
    if (ours.size != theirs.size || memcmp(ours.data, theirs.data, ours.size) != 0) fail("the encoders disagree");
    double bytes = (double)ours.size * BATCH;
    printf("encode %-20s %9zu %12.0f %12.0f %9.1f\n", "PutItem 400 B", ours.size, bytes / best_jsonc / 1e6,
           bytes / best / 1e6, best_jsonc / best);
    dynox__buffer_free(&ours);
    dynox__buffer_free(&theirs);
    dynox__arena_free(&arena);
    free(body);
}

static bool missed(const input *in, const result *measured)
{
    bool missed = false;
    if (measured->faster < page_bar)
        missed = fprintf(stderr, "missed: %s is %.1f times as fast as with json-c, not %.0f\n", in->name,
                         measured->faster, page_bar) != 0;
    if (measured->of_yyjson > yyjson_bar)
        missed = fprintf(stderr, "missed: %s takes %.2f of yyjson's time\n", in->name, measured->of_yyjson) != 0;
    return missed;
}

int main(int argc, char **argv)
{
    bool   check = argc > 1 && strcmp(argv[1], "--check") == 0, bad = false;
    input  inputs[INPUTS];
    result results[INPUTS];
    dynox_set_allocator(counting_malloc, counting_realloc, free);
    make_inputs(inputs);
    printf("%-27s %9s %12s %12s %9s %11s %8s\n", "", "bytes", "json-c MB/s", "dynox MB/s", "ratio", "of yyjson's",
           "mallocs");
    for (int i = 0; i < INPUTS; i++)
        results[i] = measure_decoding(&inputs[i]);
    measure_encoding(&inputs[0]);
    for (int i = 0; i < INPUTS; i++) {
        if (check && i >= FLAT_PAGE) bad = missed(&inputs[i], &results[i]) || bad;
        if (check && results[i].allocations)
            bad = fprintf(stderr, "missed: decoding into a warm arena calls malloc\n") != 0;
        dynox__buffer_free(&inputs[i].json);
    }
    return bad;
}
