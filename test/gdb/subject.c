/* What a debugger is shown: one of each kind, in variables that live to the end. test_gdb.py stops it in subject_ready
 * and knows the names. */
#include <dynox/dynox.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct line {
    const char *sku;
    int64_t     quantity;
} line;
static const dynox_attribute line_attributes[] = {DYNOX_STRING(line, sku), DYNOX_INT(line, quantity)};
DYNOX_SHAPE(line)

enum state { OPEN = 1, PAID };
static const dynox_enum_name states[] = {{OPEN, "open"}, {PAID, "paid"}};

typedef struct sale {
    DYNOX_RECORD;
    const char *pk, *name;
    char        code[8];
    int64_t     total, version;
    bool        gift, has_weight;
    double      weight;
    time_t      at, ends;
    enum state  state;
    dynox_blob  seal;
    line        best;
    DYNOX_MANY(line) lines;
    DYNOX_MANY(const char *) tags;
    dynox_value any;
    int         own;
} sale;
static const dynox_attribute sale_attributes[] = {
    DYNOX_PARTITION_KEY(sale, pk),
    DYNOX_STRING(sale, name, .alias = "n"),
    DYNOX_STRING(sale, code),
    DYNOX_INT(sale, total),
    DYNOX_VERSION(sale, version),
    DYNOX_BOOLEAN(sale, gift),
    DYNOX_DOUBLE(sale, weight, .optional = DYNOX_HAS(sale, has_weight)),
    DYNOX_DATETIME(sale, at),
    DYNOX_TTL(sale, ends),
    DYNOX_ENUM(sale, state, states),
    DYNOX_BINARY(sale, seal),
    DYNOX_STRUCT(sale, best, line),
    DYNOX_STRUCTS(sale, lines, line),
    DYNOX_SET(sale, tags),
    DYNOX_DYNAMIC(sale, any),
};
DYNOX_MODEL(sale, .table = "sales")

typedef struct animal {
    DYNOX_RECORD;
    const char *pk, *kind;
} animal;
static const dynox_attribute animal_attributes[] = {DYNOX_PARTITION_KEY(animal, pk), DYNOX_DISCRIMINATOR(animal, kind)};
typedef struct dog {
    animal      base;
    const char *breed;
} dog;
static const dynox_attribute dog_attributes[] = {DYNOX_BASE(dog, base, animal), DYNOX_STRING(dog, breed)};
DYNOX_MODEL(animal, .table = "animals")
DYNOX_MODEL_CHILD(dog, .parent = &animal_model)

void subject_ready(const dynox_value *value);
void subject_make(int port);
void subject_callback(dynox_future *future, void *arg);

dynox_value  text, nul_inside, odd_text, long_text, whole, big, real, digits, binary, yes, nothing, list, map, no_value;
dynox_value  strings, numbers, binaries, no_list, unknown_type, bad_type, bad_text, bad_list, circle, many, empty, deep;
dynox_value *no_pointer, *bad_pointer = (dynox_value *)16;
dynox_named_value named;
dynox_item       *item, *no_item, bad_item;
dynox_items       three;
dynox_page        page;
dynox_expr       *expression, *bare, *refused;
dynox_error       fine, failure, cancelled;
dynox_info        info;
dynox_future *pending, *handled, *gathered, *sleeping, *limited, *shielded, *awaiting, *done, *found, *nobody, *failed;
dynox_future *taken, *call, *late, *ended, *bad_future;
dynox_stream *orders, *broken;
dynox_client *db, *without;
sale          mine, copied, *loaded, *no_record, *bad_record = (sale *)16;
dog           rex;
dynox_future *found_sale;

__attribute__((noinline)) void subject_ready(const dynox_value *value)
{
    __asm__ volatile("" : : "r"(value) : "memory");
}

static dynox_outcome pass(dynox_future *future, void *arg)
{
    (void)future, (void)arg;
    return dynox_pass();
}

void subject_callback(dynox_future *future, void *arg)
{
    (void)future, (void)arg;
}

DYNOX_ASYNC(void *, spend, (dynox_future *paid;), ())
{
    DYNOX_BEGIN
    DYNOX_AWAIT_VOID(my->paid);
    DYNOX_END
}

static void make_values(void)
{
    static char              many_letters[1000];
    static dynox_value       of_list[2], of_circle[2], of_many[1000], of_deep[40];
    static dynox_named_value of_map[2];
    memset(many_letters, 'x', sizeof many_letters);
    text       = dynox_string("Ada");
    nul_inside = dynox_string_n("a\0b", 3);
    odd_text   = dynox_string("\"\\\n\x01 gr\xc3\xbc\xc3\x9f \xff");
    long_text  = dynox_string_n(many_letters, sizeof many_letters);
    whole      = dynox_int(-36);
    big        = dynox_unsigned(UINT64_MAX);
    real       = dynox_double(0.5);
    digits     = dynox_number_text("12345678901234567890.50");
    binary     = dynox_bytes("\0\1\xff", 3);
    yes        = dynox_bool(1);
    nothing    = dynox_null();
    of_list[0] = dynox_int(1), of_list[1] = dynox_string("two");
    list      = dynox_list_of(of_list, 2);
    of_map[0] = dynox_named("a", dynox_int(1)), of_map[1] = dynox_named("b", list);
    map      = dynox_map_of(of_map, 2);
    strings  = dynox_string_set_of(&of_list[1], 1);
    numbers  = dynox_number_set_of(of_list, 1);
    binaries = dynox_binary_set_of(&binary, 1);
    no_list = empty = list;
    no_list.as.list = NULL, empty.length = 0;
    unknown_type.type = DYNOX_UNKNOWN, bad_type.type = 77;
    bad_text = text, bad_text.as.text = (const char *)16;
    bad_list = list, bad_list.as.list = (const dynox_value *)16, bad_list.length = UINT32_MAX;
    of_circle[0] = of_circle[1] = circle = dynox_list_of(of_circle, 2);
    for (int i = 0; i < 1000; i++)
        of_many[i] = dynox_int(i);
    many = dynox_list_of(of_many, 1000);
    for (int i = 1; i < 40; i++)
        of_deep[i] = dynox_list_of(&of_deep[i - 1], 1);
    deep  = of_deep[39];
    named = of_map[1];
}

static void make_items(void)
{
    static const dynox_item         *three_at[3];
    static const dynox_capacity      consumed = {.table = "users", .units = 0.5};
    static dynox_item                page_items[1];
    static dynox_cancellation_reason reasons[2] = {{.code = "None"},
                                                   {.code = "ConditionalCheckFailed", .message = "no"}};
    item     = dynox_item_copy(DYNOX_ITEM("pk", "USER#1", "age", 36, "tags", DYNOX_STRING_SET("a", "b")));
    bad_item = *item, bad_item.attributes = (const dynox_named_value *)16;
    three_at[0] = three_at[2] = item;
    three                     = (dynox_items){three_at, 3, NULL};
    page_items[0]             = *item;
    page       = (dynox_page){.items = page_items, .item_count = 1, .count = 1, .scanned_count = 4, .last_key = item};
    expression = dynox_expr_new("age > ? AND city = ?", 2, (const dynox_value[]){dynox_int(18), dynox_string("Oslo")});
    bare       = dynox_expr_new("attribute_exists(pk)", 0, NULL);
    refused    = dynox_expr_new(NULL, 0, NULL);
    dynox_error_set(&failure, DYNOX_E_THROTTLED, "too \"fast\"");
    failure.http_status = 400, failure.attempts = 3, failure.retryable = true;
    snprintf(failure.code, sizeof failure.code, "ThrottlingException");
    snprintf(failure.request_id, sizeof failure.request_id, "R1");
    dynox_error_set(&cancelled, DYNOX_E_TRANSACTION_CANCELLED, "cancelled");
    cancelled.reasons = reasons, cancelled.reason_count = 2;
    info = (dynox_info){
        .request_id = "R2", .attempts = 1, .duration_us = 3214, .capacity = &consumed, .capacity_count = 1};
}

static void make_futures(void)
{
    pending  = dynox_promise_new(NULL);
    handled  = dynox_then(dynox_future_acquire(pending), pass, NULL);
    gathered = dynox_gather(dynox_future_acquire(pending), dynox_future_acquire(handled));
    shielded = dynox_shield(gathered);
    awaiting = DYNOX_CALL_ON(dynox_executor_inline(), spend, .paid = dynox_future_acquire(shielded));
    late     = dynox_promise_new(NULL);
    if (dynox_future_on_done(late, NULL, subject_callback, NULL) != DYNOX_OK) abort();
    sleeping          = dynox_sleep(3600000);
    limited           = dynox_timeout(dynox_future_acquire(sleeping), 3600000);
    done              = dynox_future_of(dynox_ok_int(42));
    found             = dynox_future_of(dynox_ok(dynox_item_copy(item), &dynox_type_item));
    nobody            = dynox_future_of(dynox_ok(NULL, NULL));
    failed            = dynox_future_of(dynox_fail_with(&failure));
    ended             = dynox_future_of(dynox_fail(DYNOX_E_TIMEOUT));
    taken             = dynox_future_of(dynox_ok(dynox_item_copy(item), &dynox_type_item));
    dynox_item *moved = NULL;
    if (dynox_future_take(taken, &dynox_type_item, &moved) != DYNOX_OK) abort();
    dynox_item_free(moved);
    static void *garbage[64];
    memset(garbage, 16, sizeof garbage);
    bad_future = (dynox_future *)(void *)garbage;
}

static void make_records(void)
{
    static line        lines[2] = {{"a", 1}, {"b", 2}};
    static const char *tags[2]  = {"new", "old"};
    dynox_error        error    = {0};
    mine    = (sale){.pk = "SALE#1", .name = "Ada \"L\"", .code = "x1", .total = 12, .gift = true, .own = 7};
    mine.at = 1767355200, mine.state = PAID, mine.seal = (dynox_blob){"\0\1", 2}, mine.best = lines[0];
    mine.lines.at = lines, mine.lines.count = 2, mine.tags.at = tags, mine.tags.count = 2, mine.any = map;
    loaded = sale_from_item(DYNOX_ITEM("pk", "SALE#2", "n", "Bob", "total", 1, "version", 3, "weight", 0.5), &error);
    if (!loaded) abort();
    loaded->total = 2, loaded->name = "Eve";
    copied = *loaded;
    dog_clear(&rex); /* what nobody uses of a model is optimized out */
    rex        = (dog){.base.pk = "DOG#1", .breed = "collie"};
    found_sale = dynox_future_of(dynox_ok(sale_copy(loaded), sale_model.type));
}

void subject_make(int port)
{
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d", port);
    db     = dynox_client_new(.endpoint = url, .region = "eu-north-1", .access_key = "a", .secret_key = "hidden");
    call   = dynox_get_item(db, "users", DYNOX_ITEM("pk", "USER#1"));
    orders = dynox_query(db, "orders", DYNOX_EXPR("pk = ?", "USER#1"));
    broken = dynox_query(db, "orders", DYNOX_EXPR("pk = ", "USER#1"));
    make_values();
    make_items();
    make_records();
    make_futures();
}

int main(void)
{
    /* A server that never answers. */
    struct sockaddr_in at     = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t          size   = sizeof at;
    int                server = socket(AF_INET, SOCK_STREAM, 0);
    if (server < 0 || bind(server, (struct sockaddr *)&at, sizeof at) || listen(server, 8) ||
        getsockname(server, (struct sockaddr *)&at, &size))
        abort();
    subject_make(ntohs(at.sin_port));
    dynox_value local = dynox_string("a local");
    subject_ready(&local);
    _exit(0);
}
