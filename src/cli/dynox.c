/* The dynox command. It is the server of `dynox local` itself, and becomes dynox-client, which lies beside it, for all
 * else: a server that keeps everything in memory needs none of the libraries that talk to the cloud or to files;
 * without them it starts in a few milliseconds and has a few megabytes. */
#include "cli/cli.h"
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

enum { LONGEST_PATH = 4096 };

static const char client[] = "dynox-client";

/* Beside this program, where the system tells where that is; else an empty text. */
static void find_beside(char path[LONGEST_PATH + sizeof client])
{
    ssize_t length = readlink("/proc/self/exe", path, LONGEST_PATH);
    while (length > 0 && path[length - 1] != '/')
        length--;
    if (length <= 0)
        path[0] = 0;
    else
        memcpy(path + length, client, sizeof client);
}

static bool is_served_here(int count, char **arguments)
{
    if (count < 2 || strcmp(arguments[1], "local") != 0) return false;
    for (int i = 2; i < count; i++)
        if (strncmp(arguments[i], "--db", 4) == 0) return false;
    return true;
}

int main(int count, char **arguments)
{
    char path[LONGEST_PATH + sizeof client];
    if (is_served_here(count, arguments)) return dynox__cli_local(count - 2, arguments + 2, NULL);
    find_beside(path);
    if (path[0]) execv(path, arguments);
    execvp(client, arguments);
    return dynox__cli_fail("dynox-client is neither beside this program nor on the PATH");
}
