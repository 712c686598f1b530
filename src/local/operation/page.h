/* A page of a query or a scan: what is asked, the range of the store that it reads, and the walk over it.
 *
 *     read and compile (what needs no table), find (table and index, and whether the start is one), range (query.c,
 *     scan.c), start (where the last page ended), select (what is shown), answer
 *
 * Each returns false with the refusal set. Free it in any case. */
#ifndef DYNOX_LOCAL_OPERATION_PAGE_H
#define DYNOX_LOCAL_OPERATION_PAGE_H

#include "local/operation/bill.h"
#include "local/operation/parameters.h"

typedef struct dynox__page {
    bool               is_query;
    dynox__key_terms   terms;      /* of a query */
    dynox__condition  *filter;     /* NULL: none */
    dynox__projection *projection; /* NULL: all */
    dynox_item         start;      /* ExclusiveStartKey */
    bool               has_start, counts_only, is_consistent, is_backwards;
    uint64_t           limit; /* 0: none */

    const dynox__table *table;
    const dynox__index *index;   /* NULL: of the table itself */
    bool                fetches; /* of a local index: the items, too */

    dynox__buffer low, high; /* keys of the store: from low to before high */
    size_t        partition; /* of a query: the bytes they begin with, which are the partition's */

    uint64_t      count, scanned;
    size_t        bytes, read; /* of items that count for the page; of what was read where it walks */
    dynox__buffer last;        /* the key of the store of the last item read */
    bool          is_cut;      /* and more may follow */
    dynox__bill   bill;
    dynox__arena  scratch; /* of one item */
} dynox__page;

bool dynox__page_read(dynox__local_call *call, dynox__page *page);
bool dynox__page_compile(dynox__local_call *call, dynox__page *page);
bool dynox__page_find(dynox__local_call *call, dynox__page *page, const dynox__tree *table, const char *index);
/* Checks the terms, and sets the range that they leave. */
bool dynox__page_query_range(dynox__local_call *call, dynox__page *page);
/* All of the table or the index, or a segment of it. */
void dynox__page_scan_range(dynox__page *page, uint64_t segment, uint64_t total);
bool dynox__page_start(dynox__local_call *call, dynox__page *page);
bool dynox__page_select(dynox__local_call *call, dynox__page *page);
/* Walks, and writes the elements of Items, if they are wanted. */
bool dynox__page_walk(dynox__local_call *call, dynox__page *page);
/* Adds what was read to the bill. */
bool dynox__page_bill(dynox__local_call *call, dynox__page *page);
/* Where the walk ended, if it was cut. */
bool dynox__page_last(dynox__local_call *call, dynox__page *page, dynox_item *key);
/* Writes the answer: Items, Count, ScannedCount, LastEvaluatedKey, ConsumedCapacity. */
bool dynox__page_answer(dynox__local_call *call, dynox__page *page);
void dynox__page_free(dynox__page *page);

static inline const dynox__key_schema *dynox__page_key(const dynox__page *page)
{
    return page->index ? &page->index->key : &page->table->key;
}

#endif
