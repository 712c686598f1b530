/* Canned answers in DynamoDB's JSON: one for each operation, which a test may replace, and others for requests that
 * have a certain text in them. In them $KEY stands for the attributes of the request's key, $TABLE for its table,
 * $READS and $WRITES for the answer to a batch (batch.c). */
#include "server.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define CANNED_ITEM "{\"pk\":{\"S\":\"USER#1\"},\"name\":{\"S\":\"Ada\"},\"age\":{\"N\":\"36\"}}"
#define CANNED_TABLE                                                                                                   \
    "{\"TableName\":\"$TABLE\",\"TableStatus\":\"ACTIVE\",\"KeySchema\":[{\"AttributeName\":\"pk\","                   \
    "\"KeyType\":\"HASH\"}],\"AttributeDefinitions\":[{\"AttributeName\":\"pk\","                                      \
    "\"AttributeType\":\"S\"}],\"ItemCount\":1,\"TableSizeBytes\":32}"

static struct canned {
    char        name[96]; /* of the operation; behind a ? the text that the request must have */
    const char *body;
    char       *own; /* the body, if it was set */
} canned[64] = {
    {"GetItem", "{\"Item\":{$KEY,\"name\":{\"S\":\"Ada\"},\"age\":{\"N\":\"36\"}}}", NULL},
    {"Query", "{\"Items\":[" CANNED_ITEM "],\"Count\":1,\"ScannedCount\":1}", NULL},
    {"Scan", "{\"Items\":[" CANNED_ITEM "],\"Count\":1,\"ScannedCount\":1}", NULL},
    {"BatchGetItem", "$READS", NULL},
    {"BatchWriteItem", "$WRITES", NULL},
    {"TransactGetItems", "{\"Responses\":[{\"Item\":" CANNED_ITEM "}]}", NULL},
    {"ExecuteStatement", "{\"Items\":[" CANNED_ITEM "]}", NULL},
    {"ListTables", "{\"TableNames\":[\"users\"]}", NULL},
    {"CreateTable", "{\"TableDescription\":" CANNED_TABLE "}", NULL},
    {"DeleteTable", "{\"TableDescription\":" CANNED_TABLE "}", NULL},
    {"DescribeTable", "{\"Table\":" CANNED_TABLE "}", NULL},
};

static struct canned *find(const char *name, size_t size)
{
    size_t i = 0;
    for (; i < sizeof canned / sizeof canned[0] - 1 && canned[i].name[0]; i++) {
        if (strlen(canned[i].name) == size && memcmp(canned[i].name, name, size) == 0) break;
    }
    return &canned[i];
}

/* The one for this operation and this request: of those that fit the one that came last. NULL: none. */
static const char *special_body(const char *name, size_t size)
{
    const char *body = NULL;
    for (size_t i = 0; i < sizeof canned / sizeof canned[0]; i++) {
        const char *text = canned[i].name + size;
        if (strncmp(canned[i].name, name, size) == 0 && *text == '?' && strstr(server.last.data, text + 1))
            body = canned[i].body;
    }
    return body;
}

static const char *body_of(const char *target, size_t target_size)
{
    for (size_t i = 0; i < target_size; i++) {
        if (target[i] != '.') continue;
        const char          *name    = target + i + 1;
        size_t               size    = target_size - i - 1;
        const char          *special = server.last.data ? special_body(name, size) : NULL;
        const struct canned *found   = find(name, size);
        return special ? special : found->body ? found->body : "{}";
    }
    return "{}";
}

/* What is between `before` and the brace or quote that ends it, in the last request. */
static void add_from_request(const char *before, const char *otherwise, struct bytes *to)
{
    const char *start = server.last.data ? strstr(server.last.data, before) : NULL;
    bool        whole = before[strlen(before) - 1] == '{', text = !whole; /* all members, or one text */
    if (!start) {
        bytes_add_text(to, otherwise);
        return;
    }
    start += strlen(before);
    const char *end = start;
    for (int depth = 0; *end; end++) {
        if (*end == '\\' && end[1]) {
            end++;
            continue;
        }
        if (*end == '"') {
            if (!whole) break;
            text = !text;
        } else if (!text) {
            if (*end == '}' && depth == 0) break;
            depth += *end == '{' ? 1 : *end == '}' ? -1 : 0;
        }
    }
    bytes_add(to, start, (size_t)(end - start));
}

void script_write(const char *target, size_t target_size, size_t unprocessed, struct bytes *to)
{
    const char *body = body_of(target, target_size), *mark;
    for (; (mark = strchr(body, '$')) != NULL; body = mark) {
        bytes_add(to, body, (size_t)(mark - body));
        if (strncmp(mark, "$KEY", 4) == 0) {
            add_from_request("\"Key\":{", "\"pk\":{\"S\":\"USER#1\"}", to);
            mark += 4;
        } else if (strncmp(mark, "$TABLE", 6) == 0) {
            add_from_request("\"TableName\":\"", "users", to);
            mark += 6;
        } else if (strncmp(mark, "$READS", 6) == 0) {
            batch_answer(true, unprocessed, to);
            mark += 6;
        } else if (strncmp(mark, "$WRITES", 7) == 0) {
            batch_answer(false, unprocessed, to);
            mark += 7;
        } else {
            bytes_add(to, mark++, 1);
        }
    }
    bytes_add_text(to, body);
}

const char *script_reasons(void)
{
    const struct canned *found = find("REASONS", 7);
    return found->own ? found->own : "[{\"Code\":\"TransactionConflict\",\"Message\":\"made, too\"}]";
}

const char *script_set(const char *text)
{
    size_t      size = strcspn(text, " ");
    const char *body = text + size + strspn(text + size, " ");
    if (size == 0 || size >= sizeof canned[0].name || *body == '\0') return "body OPERATION JSON";
    struct canned *place = find(text, size);
    if (place == &canned[sizeof canned / sizeof canned[0] - 1]) return "too many operations";
    free(place->own);
    memcpy(place->name, text, size);
    place->own = strdup(body);
    if (!place->own) die("faultserver");
    place->body = place->own;
    return NULL;
}

void script_end(void)
{
    for (size_t i = 0; i < sizeof canned / sizeof canned[0]; i++)
        free(canned[i].own);
}
