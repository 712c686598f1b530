/* Where the programs beside this file look for the models; they are in <dynox/dynox.h>, too. */
#include <dynox/model_macros.h>
