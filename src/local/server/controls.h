/* Turning the knobs of an engine from outside: by flags of the command, and by requests to /_dynox/ where they were
 * asked for. */
#ifndef DYNOX_LOCAL_SERVER_CONTROLS_H
#define DYNOX_LOCAL_SERVER_CONTROLS_H

#include "local/engine/engine.h"

/* "throttle,operation=PutItem,probability=0.1": a fault, and members of dynox_local_fail_args but for the key.
 * DYNOX_E_ARGUMENT: `error` says what is wrong with it. */
dynox_status dynox__server_fail_by_text(dynox__local_engine *engine, const char *text, dynox_error *error);

/* For dynox__server_backend.control. The body is an object of JSON, or empty:
 *     fail      {"with":"throttle","operation":"PutItem","key":{"pk":{"S":"a"}},"nth":3} adds a fault
 *     fail-no-more
 *     clock     {"add_ms":3600000,"stopped":true} any of them; tells the time: {"now_ms":...}
 *     requests  what was asked, as an array; {"forget":true} forgets it then */
bool dynox__server_control(void *engine, const char *what, size_t length, const char *body, size_t size,
                           dynox__buffer *answer);

#endif
