/* GLib: a source for the descriptor. */
#include "program.h"
#include <dynox/loop/glib.h>

static void stop(void *main_loop)
{
    g_main_loop_quit(main_loop);
}

int main(void)
{
    program    self      = {0};
    GMainLoop *main_loop = g_main_loop_new(NULL, FALSE);
    if (!program_start(&self)) return 1;
    GSource *source = dynox_glib_attach(NULL, self.loop);
    self.stop       = stop;
    self.stop_arg   = main_loop;
    g_main_loop_run(main_loop);
    dynox_glib_detach(source);
    g_main_loop_unref(main_loop);
    return program_end(&self);
}
