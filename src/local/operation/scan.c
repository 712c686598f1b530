/* Scan: all of a table or an index, or one of the segments that it is cut into by the hash of partitions. */
#include "local/operation/operations.h"
#include "local/operation/page.h"
#include "local/store/key.h"

static bool check_segments(dynox__local_call *call, int64_t *segment, int64_t *total)
{
    bool has_segment = dynox__tree_integer(call->request, "Segment", segment);
    bool has_total   = dynox__tree_integer(call->request, "TotalSegments", total);
    if (!has_segment && !has_total) return true;
    if (!has_total)
        return DYNOX__REFUSE_INVALID(call, "The TotalSegments parameter is required but was not present in the request "
                                           "when Segment parameter is present");
    if (!has_segment)
        return DYNOX__REFUSE_INVALID(call, "The Segment parameter is required but was not present in the request when "
                                           "parameter TotalSegments is present");
    if (*segment < *total) return true;
    return DYNOX__REFUSE_INVALID(call,
                                 "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
                                 "Segment: %lld is not less than TotalSegments: %lld",
                                 (long long)*segment, (long long)*total);
}

/* The first hash of a segment: the range of 64 bits cut as evenly as it can be, without a wider number. */
static uint64_t first_hash(uint64_t segment, uint64_t total)
{
    return UINT64_MAX / total * segment + UINT64_MAX % total * segment / total;
}

void dynox__page_scan_range(dynox__page *page, uint64_t segment, uint64_t total)
{
    dynox__space_place(page->table, page->index, &page->low);
    dynox__space_place(page->table, page->index, &page->high);
    if (segment) dynox__key_add_u64(&page->low, first_hash(segment, total));
    if (segment + 1 < total)
        dynox__key_add_u64(&page->high, first_hash(segment + 1, total));
    else
        dynox__key_successor(&page->high);
}

bool dynox__local_scan(dynox__local_call *call)
{
    dynox__page        page    = {0};
    const dynox__tree *table   = dynox__tree_member(call->request, "TableName");
    const char        *index   = dynox__tree_text(call->request, "IndexName");
    int64_t            segment = 0, total = 1;
    bool               done = false;
    if (!dynox__page_read(call, &page) || !check_segments(call, &segment, &total) ||
        !dynox__page_compile(call, &page) || !dynox__page_find(call, &page, table, index) ||
        !dynox__page_select(call, &page))
        goto out;
    dynox__page_scan_range(&page, (uint64_t)segment, (uint64_t)total);
    done = dynox__page_start(call, &page) && dynox__page_answer(call, &page);
out:
    dynox__page_free(&page);
    return done;
}
