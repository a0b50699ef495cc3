// Gives back the memory that only starting took.
#pragma once

namespace shopkeeper::sidecar {

// Trims the heap and unmaps the pages of programs and libraries that are never written: code and
// constants that starting touched (loader, configuration, TLS set-up) and that each page fault
// brought with it (fault-around, 64 KiB). What is used again comes back from the page cache at a
// minor fault each. Any thread.
void releaseStartupMemory();

}  // namespace shopkeeper::sidecar
