/* The words of <dynox/async.h> without their prefix, for programs that want them. If another header has taken one of
 * these names, the compiler says so here. */
#ifndef DYNOX_SHORT_H
#define DYNOX_SHORT_H

#include <dynox/async.h>

#ifndef __cplusplus

#if defined(ASYNC) || defined(ASYNC_DECL) || defined(ASYNC_DEF)
#error "dynox/short.h: ASYNC, ASYNC_DECL or ASYNC_DEF is already a macro; use the DYNOX_ names"
#endif
#if defined(BEGIN) || defined(CATCH) || defined(FINALLY) || defined(END)
#error "dynox/short.h: BEGIN, CATCH, FINALLY or END is already a macro; use the DYNOX_ names"
#endif
#if defined(AWAIT) || defined(AWAIT_VOID) || defined(TRY) || defined(TRY_VOID) || defined(RETURN)
#error "dynox/short.h: AWAIT, AWAIT_VOID, TRY, TRY_VOID or RETURN is already a macro; use the DYNOX_ names"
#endif
#if defined(ERR) || defined(ERROR) || defined(CAUGHT) || defined(OUTCOME)
#error "dynox/short.h: ERR, ERROR, CAUGHT or OUTCOME is already a macro; use the DYNOX_ names"
#endif
#if defined(THROW) || defined(THROW_ERROR) || defined(RETHROW)
#error "dynox/short.h: THROW, THROW_ERROR or RETHROW is already a macro; use the DYNOX_ names"
#endif
#if defined(CALL) || defined(CALL_ON) || defined(GO)
#error "dynox/short.h: CALL, CALL_ON or GO is already a macro; use the DYNOX_ names"
#endif
#if defined(GENERATE) || defined(YIELD) || defined(FOR_EACH)
#error "dynox/short.h: GENERATE, YIELD or FOR_EACH is already a macro; use the DYNOX_ names"
#endif

#define ASYNC DYNOX_ASYNC
#define ASYNC_DECL DYNOX_ASYNC_DECL
#define ASYNC_DEF DYNOX_ASYNC_DEF
#define BEGIN DYNOX_BEGIN
#define CATCH DYNOX_CATCH
#define FINALLY DYNOX_FINALLY
#define END DYNOX_END
#define AWAIT DYNOX_AWAIT
#define AWAIT_VOID DYNOX_AWAIT_VOID
#define TRY DYNOX_TRY
#define TRY_VOID DYNOX_TRY_VOID
#define RETURN DYNOX_RETURN
#define ERR DYNOX_ERR
#define ERROR DYNOX_ERROR
#define CAUGHT DYNOX_CAUGHT
#define OUTCOME DYNOX_OUTCOME
#define THROW DYNOX_THROW
#define THROW_ERROR DYNOX_THROW_ERROR
#define RETHROW DYNOX_RETHROW
#define CALL DYNOX_CALL
#define CALL_ON DYNOX_CALL_ON
#define GO DYNOX_GO
#define GENERATE DYNOX_GENERATE
#define YIELD DYNOX_YIELD
#define FOR_EACH DYNOX_FOR_EACH

#endif
#endif
