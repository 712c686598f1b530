/* Reading the few texts that matter out of an XML answer: a scanner of elements, not a parser of documents. There is no
 * DTD (a DOCTYPE is refused), so there are no entities but the five of XML itself. */
#ifndef DYNOX_SERVICES_FORMAT_XML_H
#define DYNOX_SERVICES_FORMAT_XML_H

#include <stdbool.h>
#include <stddef.h>

enum { DYNOX__XML_DEPTH = 16 }; /* deeper is refused */

/* A text that is wanted. The path has the local names from the root on, with "/" between them; "*" is any name. */
typedef struct dynox__xml_field {
    const char *path;
    const char *text; /* NULL before; found: NUL-terminated, inside the document */
} dynox__xml_field;

/* Reads a document of `size` bytes in place: the texts are decoded where they are. The first element of a path that
 * has no elements inside counts. false: it is not well-formed, is too deep, has a DOCTYPE or a NUL; the fields
 * mean nothing then. */
bool dynox__xml_read(char *document, size_t size, dynox__xml_field *fields, size_t count);

#endif
