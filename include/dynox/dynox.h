/* dynox: an async-first DynamoDB library. This is the one header to include; json.h (needs json-c) and short.h (the
 * coroutine words without their prefix) are extra. */
#ifndef DYNOX_DYNOX_H
#define DYNOX_DYNOX_H

#include <dynox/async.h>
#include <dynox/backup.h>
#include <dynox/batch.h>
#include <dynox/call.h>
#include <dynox/call_log.h>
#include <dynox/client.h>
#include <dynox/collect.h>
#include <dynox/credentials.h>
#include <dynox/cursor.h>
#include <dynox/error.h>
#include <dynox/executor.h>
#include <dynox/explain.h>
#include <dynox/expr.h>
#include <dynox/future.h>
#include <dynox/group.h>
#include <dynox/hot_keys.h>
#include <dynox/info.h>
#include <dynox/item.h>
#include <dynox/item_operations.h>
#include <dynox/items.h>
#include <dynox/limiter.h>
#include <dynox/local.h>
#include <dynox/log.h>
#include <dynox/loop.h>
#include <dynox/memory.h>
#include <dynox/metrics.h>
#include <dynox/model_macros.h>
#include <dynox/observe.h>
#include <dynox/operation.h>
#include <dynox/partiql.h>
#include <dynox/pool.h>
#include <dynox/query.h>
#include <dynox/sign.h>
#include <dynox/status.h>
#include <dynox/stream.h>
#include <dynox/table.h>
#include <dynox/table_settings.h>
#include <dynox/trace.h>
#include <dynox/transact.h>
#include <dynox/value.h>
#include <dynox/version.h>
#include <dynox/wait.h>
#include <dynox/write.h>

/* The samples and the tour print 64-bit numbers with PRId64. */
#include <inttypes.h>

#endif
