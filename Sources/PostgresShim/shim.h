// The client library of PostgreSQL, where Debian has it.
#include <postgresql/libpq-fe.h>
