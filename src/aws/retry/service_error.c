/* Reading error answers. They may come from the service, from a proxy or a load balancer on the way, or be empty. */
#include "aws/retry/service_error.h"
#include "base/failure.h"
#include "base/printable.h"
#include "value/json/decode.h"
#include "value/json/document.h"

typedef struct content {
    const char       *type, *code, *Code;
    const char       *message, *Message, *errorMessage;
    const dynox_item *item;
    dynox__reasons    reasons;
} content;

static const dynox__field fields[] = {
    DYNOX__FIELD("__type", TEXT, content, type),     DYNOX__FIELD("code", TEXT, content, code),
    DYNOX__FIELD("Code", TEXT, content, Code),       DYNOX__FIELD("message", TEXT, content, message),
    DYNOX__FIELD("Message", TEXT, content, Message), DYNOX__FIELD("errorMessage", TEXT, content, errorMessage),
    DYNOX__FIELD("Item", ITEM, content, item),       DYNOX__FIELD("CancellationReasons", REASONS, content, reasons)};

/* "com.amazonaws.dynamodb.v20120810#Name:http://..." is "Name". */
static void clean_code(char *to, size_t size, const char *code)
{
    size_t      length = strcspn(code, ":");
    const char *start  = code;
    for (size_t i = 0; i < length; i++)
        if (code[i] == '#') start = code + i + 1;
    length -= (size_t)(start - code);
    if (length >= size) length = size - 1;
    memcpy(to, start, length);
    to[length] = 0;
    for (char *c = to; *c; c++)
        if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f) *c = '-';
}

static const char *first_of(const char *a, const char *b, const char *c)
{
    if (a) return a;
    return b ? b : c;
}

/* A page of a proxy, say: its start, in one line, without what is not text. */
static void quote_body(char *to, size_t size, const char *body, size_t length)
{
    size_t used = 0;
    bool   gap  = false;
    for (size_t i = 0; i < length && used + 1 < size; i++) {
        unsigned char c = (unsigned char)body[i];
        if (c <= ' ' || c == 0x7f) {
            gap = used > 0;
            continue;
        }
        if (gap && used + 2 < size) to[used++] = ' ';
        gap        = false;
        to[used++] = (char)(c < 0x80 ? c : '?');
    }
    to[used] = 0;
}

/* Would the same transaction succeed later? Only if nothing but load and other transactions was in its way. */
static bool transaction_retryable(const dynox_error *error)
{
    static const char *const passing[] = {"None", "TransactionConflict", "ProvisionedThroughputExceeded",
                                          "ThrottlingError"};
    for (size_t i = 0; i < error->reason_count; i++) {
        const char *code  = error->reasons[i].code;
        bool        known = false;
        for (size_t k = 0; k < sizeof passing / sizeof passing[0]; k++)
            known = known || (code && strcmp(code, passing[k]) == 0);
        if (!known) return false;
    }
    return error->reason_count > 0;
}

/* What the answer says; `document` owns what found points to. */
static dynox_status read_body(dynox__document *document, size_t size, content *found)
{
    dynox_error  ignored = {0};
    dynox_status status  = dynox__decode(document->body, size, &document->arena, fields,
                                         sizeof fields / sizeof fields[0], found, NULL, &ignored);
    dynox_error_clear(&ignored);
    if (status != DYNOX_OK) *found = (content){0};
    return status;
}

/* The text of an element: for what answers in XML although it was asked in JSON (some emulators and gateways, when they
 * refuse a signature). `body` ends with a NUL. */
static char *element(char *body, const char *tag)
{
    char *start = strstr(body, tag);
    return start ? start + strlen(tag) : NULL;
}

static void read_xml(char *body, content *found)
{
    char *code = element(body, "<Code>"), *message = element(body, "<Message>");
    if (code) code[strcspn(code, "<")] = 0;
    if (message) message[strcspn(message, "<")] = 0;
    found->Code    = code;
    found->Message = message;
}

/* There was an answer, but no memory to read what it says. */
static void set_no_memory(const dynox__response_head *head, dynox_error *error, dynox__retry_class *class_)
{
    dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory while reading an error answer");
    error->http_status = head->status;
    memcpy(error->request_id, head->request_id, sizeof error->request_id);
    *class_ = DYNOX__RETRY_NEVER;
}

/* raw: the body, when it could not be read. */
static void set_message(dynox_error *error, dynox_status status, int http_status, const char *code,
                        const content *found, const char *raw)
{
    const char *message = first_of(found->message, found->Message, found->errorMessage);
    if (message && message[0])
        dynox_error_set(error, status, "%s", message);
    else if (status == DYNOX_E_TOO_LARGE)
        dynox_error_set(error, status, "the request is larger than the service takes (16 MB)");
    else if (code[0] && !raw[0]) /* UnknownOperationException, for one, says no more */
        dynox_error_set(error, status, "%s, without an explanation (HTTP status %d)", code, http_status);
    else
        dynox_error_set(error, status, "HTTP status %d without an explanation%s%s", http_status, raw[0] ? ": " : "",
                        raw);
}

static void set_code(char code[64], const dynox__response_head *head, const content *found)
{
    const char *named = head->error_type[0] ? head->error_type : first_of(found->type, found->code, found->Code);
    if (named) clean_code(code, 64, named);
    if (!code[0] && head->status == 413) memcpy(code, "RequestEntityTooLarge", sizeof "RequestEntityTooLarge");
}

/* They are the document's, which is ours until the error has it. */
static void clean_reasons(const dynox__reasons *reasons)
{
    for (size_t i = 0; i < reasons->count; i++) {
        const dynox_cancellation_reason *reason = &reasons->reasons[i];
        if (reason->code && strcmp(reason->code, "None") != 0) dynox__make_visible((char *)(uintptr_t)reason->code);
        if (reason->message) dynox__make_printable((char *)(uintptr_t)reason->message);
    }
}

void dynox__service_error(const dynox__response_head *head, dynox__buffer *body, dynox_error *error,
                          dynox__retry_class *class_)
{
    content          found    = {0};
    char             code[64] = "", raw[160] = "";
    size_t           size     = body->size;
    dynox__document *document = size ? dynox__document_new(body->data, size + 512) : NULL;
    dynox_status     status   = size && !document ? DYNOX_E_NO_MEMORY : DYNOX_OK;
    if (document) {
        *body = (dynox__buffer){0};
        quote_body(raw, sizeof raw, document->body, size); /* before the decoder works in place */
        status = read_body(document, size, &found);
        if (status == DYNOX_OK) raw[0] = 0;
        if (status == DYNOX_E_DECODE && document->body[0] == '<') read_xml(document->body, &found);
    }
    if (status == DYNOX_E_NO_MEMORY) {
        set_no_memory(head, error, class_);
        if (document) dynox__shared_release(&document->shared);
        return;
    }
    set_code(code, head, &found);
    dynox__classify(code, head->status, &status, class_);
    set_message(error, status, head->status, code, &found, raw);
    error->http_status = head->status;
    memcpy(error->code, code, sizeof error->code);
    memcpy(error->request_id, head->request_id, sizeof error->request_id);
    if (document && (found.item || found.reasons.count)) {
        clean_reasons(&found.reasons);
        error->item         = found.item;
        error->reasons      = found.reasons.reasons;
        error->reason_count = found.reasons.count;
        dynox__error_own(error, &document->shared);
    } else if (document) {
        dynox__shared_release(&document->shared);
    }
    error->retryable = *class_ == DYNOX__RETRY_TRANSIENT || *class_ == DYNOX__RETRY_THROTTLING ||
                       status == DYNOX_E_TRANSACTION_CONFLICT ||
                       (status == DYNOX_E_TRANSACTION_CANCELLED && transaction_retryable(error));
}
