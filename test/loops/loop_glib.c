/* GLib: a source for the descriptor. */
#include "program.h"
#include <glib-unix.h>
#include <glib.h>

static gboolean on_readable(gint fd, GIOCondition condition, gpointer loop)
{
    (void)fd;
    (void)condition;
    dynox_loop_dispatch(loop, 0);
    return G_SOURCE_CONTINUE;
}

static void stop(void *main_loop)
{
    g_main_loop_quit(main_loop);
}

int main(void)
{
    program    self      = {0};
    GMainLoop *main_loop = g_main_loop_new(NULL, FALSE);
    if (!program_start(&self)) return 1;
    guint source  = g_unix_fd_add(dynox_loop_fd(self.loop), G_IO_IN, on_readable, self.loop);
    self.stop     = stop;
    self.stop_arg = main_loop;
    g_main_loop_run(main_loop);
    g_source_remove(source);
    g_main_loop_unref(main_loop);
    return program_end(&self);
}
