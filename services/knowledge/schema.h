// The tables of the knowledge store and how older files become current.
#pragma once

#include <string>

#include "common/result.h"
#include "services/knowledge/sqlite.h"

namespace shopkeeper::knowledge {

// Puts the writer's connection into WAL mode with synchronous=FULL: a commit that returned has
// reached the disk (one fsync of the log), and readers never wait for the writer.
Status configureWriter(Database& database);
Status configureReader(Database& database);

// Runs the migrations that the file has not seen, each in a transaction. Refuses a file that a
// newer program wrote and a SQLite file that is not ours.
Status migrate(Database& database);

// PRAGMA quick_check; Corrupt with what it found.
Status quickCheck(Database& database);

}  // namespace shopkeeper::knowledge
