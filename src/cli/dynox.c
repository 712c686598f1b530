/* The dynox command. It is the server of `dynox local` itself, and becomes dynox-client, which lies beside it, for all
 * else: the server needs none of the libraries that talk to the cloud, starts in a few milliseconds without them, and
 * has a few megabytes. */
#include "cli/cli.h"
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

int main(int count, char **arguments)
{
    char path[LONGEST_PATH + sizeof client];
    if (count > 1 && strcmp(arguments[1], "local") == 0) return dynox__cli_local(count - 2, arguments + 2);
    find_beside(path);
    if (path[0]) execv(path, arguments);
    execvp(client, arguments);
    return dynox__cli_fail("dynox-client is neither beside this program nor on the PATH");
}
