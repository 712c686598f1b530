/* Pages of query and scan: writing their requests, and the operations behind them. */
#ifndef DYNOX_CLIENT_QUERY_PAGE_H
#define DYNOX_CLIENT_QUERY_PAGE_H

#include "client/core/request.h"
#include <dynox/query.h>

/* What an answer tells besides its items. Begin with DYNOX__PAGE_ANSWER. */
typedef struct dynox__page_answer {
    int64_t               count, scanned_count; /* -1: not told, or it cannot be */
    const dynox_item     *last_key;
    const char           *next_token;
    const dynox_capacity *capacity;
} dynox__page_answer;
#define DYNOX__PAGE_ANSWER                                                                                             \
    {                                                                                                                  \
        .count = -1, .scanned_count = -1                                                                               \
    }

/* The page of it, in the document; the call and the document's info are told what it says. The items and the owner are
 * for the caller to fill in. NULL: out of memory. */
dynox_page *dynox__page_new(dynox__call *call, dynox__document *document, const dynox__page_answer *told,
                            size_t item_count);

enum { DYNOX__MOST_SEGMENTS = 1000000 }; /* of a parallel scan (Developer Guide, quotas) */

extern const dynox__operation dynox__query_operation, dynox__scan_operation;
/* Of the operation ExecuteStatement, whose answers are pages, too. */
dynox_status dynox__page_decode_statement(dynox__call *call, dynox__buffer *body, dynox__slot *value,
                                          dynox__document **document, dynox_error *error);

/* All members but Limit and ExclusiveStartKey, which differ from page to page. */
void dynox__page_query_members(dynox__request_writer *writer, const dynox_query_args *args);
void dynox__page_scan_members(dynox__request_writer *writer, const dynox_scan_args *args);
void dynox__page_segment(dynox__request_writer *writer, uint32_t segment, uint32_t total_segments);
void dynox__page_position(dynox__request_writer *writer, size_t page_size, const dynox_item *start_key);

/* Does a page that has nothing say that it goes on where it was asked to begin? Then it would do so for ever: *error.
 */
bool dynox__page_repeats(const dynox_page *page, const dynox_item *start_key, const char *start_token,
                         dynox_error *error);

#endif
