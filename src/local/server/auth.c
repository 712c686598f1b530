/* Signatures of requests. */
#include "local/server/inside.h"

const char *dynox__server_authenticate(const dynox__server *server, const dynox__request_head *head,
                                       dynox__buffer *message)
{
    (void)server, (void)head, (void)message;
    return NULL;
}
