/* Writing to the log. Costs one load when the log is off. */
#ifndef DYNOX_BASE_LOG_H
#define DYNOX_BASE_LOG_H

#include <dynox/log.h>
#include <stdbool.h>

bool dynox__log_wanted(dynox_log_level level);
void dynox__log(dynox_log_level level, const char *subject, const char *format, ...) DYNOX_PRINTF(3, 4);

#endif
